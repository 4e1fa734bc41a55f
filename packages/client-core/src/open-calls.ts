import type { DescMethod } from "@bufbuild/protobuf";
import { allowManyListeners } from "./allow-many-listeners.js";
import type { CallOptions } from "./call-options.js";
import { maxTimerMs } from "./call-scope.js";
import type { PumiceError } from "./pumice-error.js";
import { type CallOwner, clientClosed, clientIsClosed, RunningCall } from "./running-call.js";
import { RunningStream, type StreamOptions } from "./running-stream.js";
import type { ThrownCall } from "./translate-error.js";

/** The calls in flight of a client, from which none may start once it is closed. */
export class OpenCalls implements CallOwner {
  readonly translate: (reason: unknown, call: ThrownCall) => PumiceError;
  readonly #running = new Set<RunningCall>();
  readonly #controller = new AbortController();
  #closed = false;
  #onEmpty: (() => void)[] = [];

  constructor(translate: (reason: unknown, call: ThrownCall) => PumiceError) {
    this.translate = translate;
    allowManyListeners(this.closing);
  }

  get closing(): AbortSignal {
    return this.#controller.signal;
  }

  /** @throws ClientClosedError */
  start(method: DescMethod, options: CallOptions, timeoutMs: number): RunningCall {
    if (this.#closed) throw clientClosed(method, 0);
    return this.#add(new RunningCall(this, method, options, timeoutMs, false));
  }

  /**
   * A call that can be cancelled by itself.
   *
   * @throws ClientClosedError
   */
  startStream(method: DescMethod, options: CallOptions, timeoutMs: number, stream: StreamOptions): RunningStream {
    if (this.#closed) throw clientClosed(method, 0);
    return this.#add(new RunningStream(this, method, options, timeoutMs, stream));
  }

  /**
   * A call for others that are in flight.
   *
   * @throws ClientClosedError
   */
  startNested(method: DescMethod, options: CallOptions, timeoutMs: number): RunningCall {
    if (this.#closed && this.#running.size === 0) throw clientClosed(method, 0);
    return this.#add(new RunningCall(this, method, options, timeoutMs, false));
  }

  ended(call: RunningCall): void {
    this.#running.delete(call);
    if (this.#running.size > 0) return;
    for (const resolve of this.#onEmpty.splice(0)) resolve();
  }

  async close(timeoutMs: number): Promise<void> {
    if (!(timeoutMs >= 0 && timeoutMs <= maxTimerMs)) {
      throw new RangeError(`Cannot close: timeoutMs must be from 0 to ${maxTimerMs}, got ${timeoutMs}`);
    }
    this.#closed = true;
    if (timeoutMs > 0) {
      for (const call of this.#running) call.clientCloses();
      await this.#idle(timeoutMs);
    }
    this.#controller.abort(clientIsClosed());
    // Who does not listen to the signal, or does not read, is not waited for.
    for (const call of this.#running) call.end();
    for (const resolve of this.#onEmpty.splice(0)) resolve();
  }

  #add<C extends RunningCall>(call: C): C {
    this.#running.add(call);
    return call;
  }

  /** Resolves when no call is in flight, at the latest after that time. */
  #idle(timeoutMs: number): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      this.#onEmpty.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
