import type { DescMethod } from "@bufbuild/protobuf";
import { Code, type ContextValues, createContextValues } from "@connectrpc/connect";
import { attemptsKey } from "./attempts.js";
import { type CallOptions, checkCallOptions, defaultTimeoutMs } from "./call-options.js";
import { ClientClosedError, type PumiceError } from "./pumice-error.js";
import type { ThrownCall } from "./translate-error.js";

/** What a stub's call takes: Connect's `CallOptions`, filled in. */
export interface StubCallOptions {
  signal: AbortSignal;
  /** 0 is Connect's word for no deadline. */
  timeoutMs: number;
  headers?: HeadersInit;
  contextValues: ContextValues;
}

/** The calls of one client: checked, translated, and ended with the client. */
export interface ClientCalls {
  /** Makes a unary call; `timeoutMs` is {@link defaultTimeoutMs} unless the caller says otherwise. */
  unary<T>(method: DescMethod, options: CallOptions, call: (stub: StubCallOptions) => Promise<T>): Promise<T>;
  /**
   * Makes a server-streaming call when its first item is asked for; leaving the loop cancels it on the wire. It has no
   * deadline unless the caller sets one.
   */
  stream<T>(
    method: DescMethod,
    options: CallOptions,
    call: (stub: StubCallOptions) => AsyncIterable<T>,
  ): AsyncIterable<T>;
  /** Ends the calls in flight, and every later one, with {@link ClientClosedError}. May be called twice. */
  close(): void;
}

/**
 * Runs the calls of one client.
 *
 * @param translate - Makes the client's own errors of what a transport threw.
 */
export function clientCalls(translate: (reason: unknown, call: ThrownCall) => PumiceError): ClientCalls {
  const inFlight = new Set<RunningCall>();
  let closed = false;

  const start = (method: DescMethod, options: CallOptions, timeoutMs: number): RunningCall => {
    if (closed) throw clientClosed(method, 0);
    const call = new RunningCall(method, options, timeoutMs, translate, () => inFlight.delete(call));
    inFlight.add(call);
    return call;
  };

  return {
    async unary(method, options, invoke) {
      checkCallOptions(options);
      const call = start(method, options, options.timeoutMs ?? defaultTimeoutMs);
      try {
        return await invoke(call.stub);
      } catch (error) {
        throw call.translated(error);
      } finally {
        call.end();
      }
    },
    stream(method, options, invoke) {
      checkCallOptions(options);
      const timeoutMs = options.timeoutMs ?? Number.POSITIVE_INFINITY;
      return { [Symbol.asyncIterator]: () => messages(() => start(method, options, timeoutMs), invoke) };
    },
    close() {
      closed = true;
      for (const call of inFlight) call.cancel(clientClosed(call.method, call.attempts.made));
    },
  };
}

/** The messages of one streaming call, which is started by the first read. */
function messages<T>(start: () => RunningCall, invoke: (stub: StubCallOptions) => AsyncIterable<T>): AsyncIterator<T> {
  let call: RunningCall | undefined;
  let left = false;
  const generator = (async function* () {
    call = start();
    try {
      yield* invoke(call.stub);
    } catch (error) {
      if (!left) throw call.translated(error);
    } finally {
      call.cancel(new Error("The reader left the stream"));
      call.end();
    }
  })();
  return {
    next: () => generator.next(),
    // A generator would let a read that is under way finish first; on a silent stream that is never.
    return: () => {
      left = true;
      call?.cancel(new Error("The reader left the stream"));
      return generator.return(undefined);
    },
  };
}

class RunningCall {
  readonly attempts = { made: 0 };
  readonly stub: StubCallOptions;
  private readonly controller = new AbortController();
  private readonly onCallerAbort = () => this.controller.abort(this.options.signal?.reason);

  constructor(
    readonly method: DescMethod,
    private readonly options: CallOptions,
    timeoutMs: number,
    private readonly translate: (reason: unknown, call: ThrownCall) => PumiceError,
    private readonly onEnd: () => void,
  ) {
    const { signal, headers } = options;
    this.stub = {
      signal: this.controller.signal,
      contextValues: createContextValues().set(attemptsKey, this.attempts),
      timeoutMs: timeoutMs === Number.POSITIVE_INFINITY ? 0 : timeoutMs,
      ...(headers !== undefined && { headers }),
    };
    if (signal?.aborted) this.onCallerAbort();
    else signal?.addEventListener("abort", this.onCallerAbort, { once: true });
  }

  cancel(reason: unknown): void {
    this.controller.abort(reason);
  }

  end(): void {
    this.options.signal?.removeEventListener("abort", this.onCallerAbort);
    this.onEnd();
  }

  translated(error: unknown): PumiceError {
    return this.translate(error, {
      rpc: methodName(this.method),
      attempts: this.attempts.made,
      signal: this.options.signal,
    });
  }
}

function methodName(method: DescMethod): string {
  return `${method.parent.typeName}/${method.name}`;
}

function clientClosed(method: DescMethod, attempts: number): ClientClosedError {
  return new ClientClosedError(`Cannot call ${method.name}: the client is closed`, Code.FailedPrecondition, {
    rpc: methodName(method),
    attempts,
  });
}
