import { Code, ConnectError, type StreamRequest, type UnaryRequest } from "@connectrpc/connect";
import { abortError } from "./abort-error.js";

/** A timer that is set to more fires at once (HTML standard, timers: a 32-bit signed integer). */
export const maxTimerMs = 2_147_483_647;

/** Long enough for an abort to be reported, too short for a caller to notice. */
const graceMs = 50;

/**
 * Time and signal of a call, or of one attempt, on its way through interceptors.
 *
 * The signal is made when somebody asks for it: a call on which nobody waits has neither controller, timer nor listener.
 */
export class CallScope {
  /** The signal of whoever makes the call. */
  readonly outer: AbortSignal | undefined;
  readonly #timeoutMs: number | undefined;
  readonly #endsAtMs: number;
  #controller: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #cancelled: ConnectError | undefined;
  #isOver = false;

  /** @param timeoutMs - As a `Transport` takes it: undefined is the transport's own default, 0 or less no limit. */
  constructor(outer: AbortSignal | undefined, timeoutMs: number | undefined) {
    this.outer = outer;
    this.#timeoutMs = timeoutMs;
    const isLimited = timeoutMs !== undefined && timeoutMs > 0;
    this.#endsAtMs = isLimited ? performance.now() + timeoutMs : Number.POSITIVE_INFINITY;
  }

  /** The remaining time as a `Transport` takes it. */
  get timeoutMs(): number | undefined {
    if (this.#endsAtMs === Number.POSITIVE_INFINITY) return this.#timeoutMs;
    return Math.max(1, Math.ceil(this.remainingMs));
  }

  get remainingMs(): number {
    if (this.#endsAtMs === Number.POSITIVE_INFINITY) return this.#endsAtMs;
    return this.#endsAtMs - performance.now();
  }

  /** Why the call is over, if it is cancelled or late. */
  get error(): ConnectError | undefined {
    if (this.#cancelled) return this.#cancelled;
    if (this.#controller?.signal.aborted) return abortError(this.#controller.signal.reason);
    if (this.outer?.aborted) return abortError(this.outer.reason);
    return this.remainingMs <= 0 ? this.lateError() : undefined;
  }

  get hasSignal(): boolean {
    return this.#controller !== undefined;
  }

  /** Fires when the outer one does, or at the time limit. */
  get signal(): AbortSignal {
    this.#controller ??= this.#link(new AbortController());
    return this.#controller.signal;
  }

  /**
   * The same result, or the scope's error a moment after its time is up: what waits inside hears of the deadline by the
   * signal, and may know more about the call.
   */
  hold<T>(result: Promise<T>): Promise<T> {
    const { remainingMs } = this;
    if (remainingMs > maxTimerMs) return result;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(this.lateError()), remainingMs + graceMs);
      const settle = <V>(end: (value: V) => void) => {
        return (value: V) => {
          clearTimeout(timer);
          end(value);
        };
      };
      result.then(settle(resolve), settle(reject));
    });
  }

  /** Ends whatever still listens to the signal. */
  cancel(error: ConnectError): void {
    this.end();
    this.#cancelled ??= error;
    this.#controller?.abort(error);
  }

  /** Nothing fires any more. */
  end(): void {
    this.#isOver = true;
    if (!this.#controller) return;
    clearTimeout(this.#timer);
    this.outer?.removeEventListener("abort", this.#onAbort);
  }

  lateError(): ConnectError {
    return new ConnectError(`The call did not end within ${this.#timeoutMs} ms`, Code.DeadlineExceeded);
  }

  #link(controller: AbortController): AbortController {
    // Who asks only now has no call to end any more: only its failure is told.
    const error = this.#isOver ? this.#cancelled : this.error;
    const { remainingMs } = this;
    if (error) controller.abort(error);
    if (error || this.#isOver) return controller;
    this.outer?.addEventListener("abort", this.#onAbort, { once: true });
    if (remainingMs <= maxTimerMs) {
      this.#timer = setTimeout(() => this.cancel(this.lateError()), Math.ceil(remainingMs));
    }
    return controller;
  }

  readonly #onAbort = (): void => {
    this.end();
    this.#controller?.abort(this.outer?.reason);
  };
}

/** A request of either kind, as an interceptor gets it. */
export type AnyRequest = UnaryRequest | StreamRequest;

/** A request's own property, so that it is still there after `{ ...request }`. */
export const scopeKey: unique symbol = Symbol.for("@pumice/client-core/scope");

/** The scope of the call that a request belongs to; undefined if no runner of ours made the request. */
export function scopeOf(request: AnyRequest): CallScope | undefined {
  return (request as { [scopeKey]?: CallScope })[scopeKey];
}

/** Own properties that put a request under a scope. */
export function scopeProperty(scope: CallScope): object {
  return { [scopeKey]: scope };
}
