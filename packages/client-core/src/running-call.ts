import type { DescMethod } from "@bufbuild/protobuf";
import { Code, ConnectError, createContextValues } from "@connectrpc/connect";
import { allowManyListeners } from "./allow-many-listeners.js";
import { attemptsKey, type CallAttempts } from "./attempts.js";
import type { CallOptions, StubCallOptions } from "./call-options.js";
import { deliveryOf } from "./delivery.js";
import { ClientClosedError, type PumiceError } from "./pumice-error.js";
import { repeatKey } from "./repeat-policy.js";
import type { ThrownCall } from "./translate-error.js";

/** What the calls of a client share. */
export interface CallOwner {
  /** Fires when the client cancels its calls. */
  readonly closing: AbortSignal;
  translate(reason: unknown, call: ThrownCall): PumiceError;
  ended(call: RunningCall): void;
}

/** One call of a client, from its start to its end. */
export class RunningCall {
  readonly stub: StubCallOptions;
  readonly #attempts: CallAttempts = { made: 0 };
  readonly #startMs = performance.now();
  readonly #owner: CallOwner;
  readonly #method: DescMethod;
  readonly #options: CallOptions;
  readonly #controller: AbortController | undefined;
  #isCut = false;

  /** @param ownSignal - True for a call that can be cancelled by itself. */
  constructor(owner: CallOwner, method: DescMethod, options: CallOptions, timeoutMs: number, ownSignal: boolean) {
    this.#owner = owner;
    this.#method = method;
    this.#options = options;
    const { headers, signal, retry } = options;
    // A call without a signal of its own listens to the client's: one that all such calls share costs each of them little.
    if (ownSignal || signal) this.#controller = this.#link(new AbortController());
    const contextValues = createContextValues().set(attemptsKey, this.#attempts);
    if (retry !== undefined) contextValues.set(repeatKey, retry);
    this.stub = {
      signal: this.#controller?.signal ?? owner.closing,
      contextValues,
      timeoutMs: timeoutMs === Number.POSITIVE_INFINITY ? 0 : timeoutMs,
      ...(headers !== undefined && { headers }),
    };
  }

  /** The client begins to close: a call that would not end by itself is cut. */
  clientCloses(): void {
    // a unary call ends by itself
  }

  /** Cancels it as the client does when it closes. */
  cut(): void {
    this.#isCut = true;
    this.cancel(clientIsClosed());
    this.end();
  }

  cancel(reason: unknown): void {
    this.#controller?.abort(reason);
  }

  end(): void {
    if (this.#controller) {
      this.#options.signal?.removeEventListener("abort", this.#onCallerAbort);
      this.#owner.closing.removeEventListener("abort", this.#onClosing);
    }
    this.#owner.ended(this);
  }

  translated(error: unknown): PumiceError {
    const { closing } = this.#owner;
    const { signal } = this.#options;
    const isClosing = (this.#isCut || closing.aborted) && !signal?.aborted && deliveryOf(error) !== "answered";
    if (isClosing) return clientClosed(this.#method, this.#attempts.made, error);
    const elapsedMs = performance.now() - this.#startMs;
    return this.#owner.translate(error, {
      rpc: methodName(this.#method),
      attempts: this.#attempts.made,
      earlierMayHaveArrived: this.#attempts.earlierMayHaveArrived,
      elapsedMs,
      signal,
    });
  }

  #link(controller: AbortController): AbortController {
    const { signal } = this.#options;
    const { closing } = this.#owner;
    if (signal?.aborted) controller.abort(callersReason(signal));
    else if (signal) {
      allowManyListeners(signal);
      signal.addEventListener("abort", this.#onCallerAbort, { once: true });
    }
    closing.addEventListener("abort", this.#onClosing, { once: true });
    return controller;
  }

  readonly #onCallerAbort = (): void => this.cancel(callersReason(this.#options.signal));
  readonly #onClosing = (): void => this.cancel(this.#owner.closing.reason);
}

/**
 * Why the caller cancels. A transport throws a ConnectError as it is: that of another call, whose answer and delivery it
 * tells of, must not be taken for what became of this one.
 */
function callersReason(signal: AbortSignal | undefined): unknown {
  const reason: unknown = signal?.reason;
  if (!(reason instanceof ConnectError)) return reason;
  return new ConnectError(reason.rawMessage, Code.Canceled, undefined, undefined, reason);
}

/** Why the calls of a closed client are cancelled. */
export function clientIsClosed(): Error {
  return new Error("The client is closed");
}

export function clientClosed(method: DescMethod, attempts: number, cause?: unknown): ClientClosedError {
  return new ClientClosedError(`Cannot call ${method.name}: the client is closed`, Code.FailedPrecondition, {
    rpc: methodName(method),
    attempts,
    cause,
  });
}

function methodName(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}
