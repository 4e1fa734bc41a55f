import type { DescMethod } from "@bufbuild/protobuf";
import { ConnectError, type ContextValues, createContextValues, type UnaryRequest } from "@connectrpc/connect";
import { abortError } from "./abort-error.js";
import type { Abortable, AbortHub } from "./abort-hub.js";
import type { CallRequest } from "./call-context.js";
import { Deadline } from "./deadline.js";
import { grpcTimeout } from "./grpc-timeout.js";
import { headerFields, toHeaders } from "./metadata.js";
import { markNeverSent, withoutMark } from "./never-sent.js";

type RequestCommon = Omit<UnaryRequest, "stream" | "method" | "message">;

/**
 * Signal and deadline of a call that runs through interceptors. They end the call even if an interceptor waits for
 * something else.
 *
 * The signal that interceptors see fires only if the call is cancelled, late, or given up by an interceptor.
 */
export class CallScope<T> implements Abortable {
  readonly #aborts: AbortHub;
  readonly #request: CallRequest<T>;
  #deadline: Deadline | undefined;
  #controller: AbortController | undefined;
  #error: ConnectError | undefined;
  /** Calls that the transport makes for this one and that have not ended. */
  #running = 0;
  /** A server may have processed one of those that have ended. */
  #processed = false;
  #answered = false;
  #reject: ((error: ConnectError) => void) | undefined;

  constructor(aborts: AbortHub, request: CallRequest<T>) {
    this.#aborts = aborts;
    this.#request = request;
    const { signal, timeoutMs } = request;
    if (signal?.aborted) {
      this.#error = abortError(signal.reason);
      if (!(signal.reason instanceof ConnectError)) markNeverSent(this.#error);
      return;
    }
    if (signal) aborts.add(signal, this);
    if (timeoutMs !== undefined && timeoutMs > 0)
      this.#deadline = new Deadline(timeoutMs, (error) => this.#end(error, true));
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#error) this.#controller.abort(this.#error);
    }
    return this.#controller.signal;
  }

  /** What the outermost interceptor gets: the caller's headers and the timeout; the transport's own come later. */
  outerRequest<M extends DescMethod, R extends { readonly method: M }>(
    url: string,
    contextValues: ContextValues | undefined,
    own: R,
  ): R & RequestCommon {
    const scope = this;
    const header = toHeaders(headerFields(this.#request.header));
    if (this.#deadline) header.set("grpc-timeout", grpcTimeout(this.#deadline.timeoutMs));
    return {
      ...own,
      service: own.method.parent,
      requestMethod: "POST",
      url,
      header,
      contextValues: contextValues ?? createContextValues(),
      get signal() {
        return scope.signal;
      },
    };
  }

  /**
   * What the transport gets from the innermost interceptor: the time that is left, and a signal that this scope fires.
   *
   * @throws ConnectError once the call has ended: what is sent after its error was reported would go unnoticed.
   */
  innerRequest(request: RequestCommon, message: T): CallRequest<T> {
    if (this.#error) throw this.#error;
    const { signal, header } = request;
    const timeoutMs = this.#deadline ? Math.max(1, Math.ceil(this.#deadline.remainingMs())) : undefined;
    this.#running++;
    const onEnd = (isUnprocessed: boolean) => {
      this.#running--;
      if (!isUnprocessed) this.#processed = true;
      if (this.#answered) this.answered();
    };
    return { signal, callerSignal: this.#request.signal, timeoutMs, header, message, onEnd };
  }

  /** The response, or the error of the signal or deadline if that comes first. */
  race<R>(response: Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      if (this.#error) reject(this.#error);
      this.#reject = reject;
      response.then(resolve, reject);
    });
  }

  abort(reason: unknown): void {
    // A ConnectError is the caller's own object, perhaps shared: it gets no mark.
    this.#end(abortError(reason), !(reason instanceof ConnectError));
  }

  /** The interceptors have given their response: the scope lives on for as long as the transport works on it. */
  answered(): void {
    this.#answered = true;
    if (this.#running === 0) this.#close();
  }

  /**
   * The interceptors have thrown: nothing that they began goes on.
   *
   * @returns The error for the caller: the mark that its last attempt deserves may be wrong for the whole call.
   */
  failed(error: ConnectError): ConnectError {
    this.#reject = undefined;
    this.#end(error, false);
    return this.#mayBeProcessed ? withoutMark(error) : error;
  }

  /** Who goes on after its end does not listen to its signal: nobody knows how far that call gets. */
  get #mayBeProcessed(): boolean {
    return this.#processed || this.#running > 0;
  }

  /** The call is over, well or not: nothing fires any more. */
  #close(): void {
    this.#deadline?.clear();
    if (this.#request.signal) this.#aborts.delete(this.#request.signal, this);
    this.#reject = undefined;
  }

  #end(error: ConnectError, mayMark: boolean): void {
    if (this.#error) return;
    this.#error = error;
    const reject = this.#reject;
    this.#close();
    this.#controller?.abort(error);
    // Only now have its calls ended, and said how far they got.
    if (mayMark && !this.#mayBeProcessed) markNeverSent(error);
    reject?.(error);
  }
}
