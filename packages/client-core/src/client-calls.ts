import type { DescMethod } from "@bufbuild/protobuf";
import { type CallOptions, checkCallOptions, defaultTimeoutMs, type StubCallOptions } from "./call-options.js";
import { OpenCalls } from "./open-calls.js";
import type { PumiceError } from "./pumice-error.js";
import type { RunningCall } from "./running-call.js";
import type { StreamOptions } from "./running-stream.js";
import { StreamMessages } from "./stream-messages.js";
import type { ThrownCall } from "./translate-error.js";

/** How a client ends. */
export interface CloseOptions {
  /**
   * Milliseconds that the calls in flight have to finish; 0 cancels them at once. A stream has them only while it gets on:
   * a subscription ends at once, any other stream when its reader has not asked for a message for half a second.
   *
   * @defaultValue 5000
   */
  readonly timeoutMs?: number | undefined;
}

/** The calls of one client: checked, translated, and ended with the client. */
export interface ClientCalls {
  /** Makes a unary call; `timeoutMs` is {@link defaultTimeoutMs} unless the caller says otherwise. */
  unary<T>(method: DescMethod, options: CallOptions, call: (stub: StubCallOptions) => Promise<T>): Promise<T>;
  /** A unary call that others wait for, such as a login: also made for the calls that may still finish after `close()`. */
  nested<T>(method: DescMethod, options: CallOptions, call: (stub: StubCallOptions) => Promise<T>): Promise<T>;
  /**
   * Makes a server-streaming call when its first item is asked for; leaving the loop cancels it on the wire. It has no
   * deadline unless the caller sets one.
   */
  stream<T>(
    method: DescMethod,
    options: CallOptions,
    call: (stub: StubCallOptions) => AsyncIterable<T>,
    stream?: StreamOptions,
  ): AsyncIterable<T>;
  /**
   * Ends every later call at once with {@link ClientClosedError}, and resolves when the calls in flight have ended: by
   * themselves, or with the same error when their time is up (see {@link CloseOptions} for streams). May be called twice;
   * the shorter time counts.
   *
   * @throws RangeError if `timeoutMs` is no time that a timer can wait.
   */
  close(options?: CloseOptions): Promise<void>;
}

/**
 * Runs the calls of one client.
 *
 * @param translate - Makes the client's own errors of what a transport threw.
 */
export function clientCalls(translate: (reason: unknown, call: ThrownCall) => PumiceError): ClientCalls {
  const calls = new OpenCalls(translate);

  const finish = async <T>(call: RunningCall, invoke: (stub: StubCallOptions) => Promise<T>): Promise<T> => {
    try {
      return await invoke(call.stub);
    } catch (error) {
      throw call.translated(error);
    } finally {
      call.end();
    }
  };

  return {
    async unary(method, options, invoke) {
      checkCallOptions(options);
      return finish(calls.start(method, options, options.timeoutMs ?? defaultTimeoutMs), invoke);
    },
    async nested(method, options, invoke) {
      checkCallOptions(options);
      return finish(calls.startNested(method, options, options.timeoutMs ?? defaultTimeoutMs), invoke);
    },
    stream(method, options, invoke, stream = {}) {
      checkCallOptions(options);
      const timeoutMs = options.timeoutMs ?? Number.POSITIVE_INFINITY;
      return {
        [Symbol.asyncIterator]: () =>
          new StreamMessages(() => calls.startStream(method, options, timeoutMs, stream), invoke),
      };
    },
    close: async ({ timeoutMs = 5000 } = {}) => calls.close(timeoutMs),
  };
}
