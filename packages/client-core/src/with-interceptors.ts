import { create } from "@bufbuild/protobuf";
import {
  ConnectError,
  type Interceptor,
  type StreamResponse,
  type Transport,
  type UnaryResponse,
} from "@connectrpc/connect";
import { CallScope, scopeOf } from "./call-scope.js";
import { markNeverSent } from "./delivery-marks.js";
import { mapMessages } from "./map-messages.js";
import { scopedRequest } from "./scoped-request.js";
import { untilEnd } from "./until-end.js";

/**
 * Puts interceptors in front of a finished transport, which takes none itself any more. The first one is outermost.
 *
 * An interceptor may call `next` several times: each attempt gets the time that remains of the call's `timeoutMs`.
 * `request.signal` fires when the call is cancelled, late or has failed, never after success. The request's `url` is the method's
 * path alone; only the transport knows its host. Each interceptor's outer function runs once, not for every call.
 */
export function withInterceptors(transport: Transport, interceptors: readonly Interceptor[]): Transport {
  if (interceptors.length === 0) return transport;
  const run = interceptors.reduceRight((next: Next, interceptor) => interceptor(next), sendOver(transport));
  // Interceptors keep the kind of a call and its method, so that a response is what the transport would have given.
  return {
    async unary(method, signal, timeoutMs, header, message, contextValues) {
      const scope = new CallScope(signal, timeoutMs);
      try {
        const request = scopedRequest(scope, method, create(method.input, message), header, contextValues);
        const response = (await run(request)) as UnaryResponse;
        scope.end();
        return response as never;
      } catch (error) {
        throw failed(error, scope);
      }
    },
    async stream(method, signal, timeoutMs, header, input, contextValues) {
      const scope = new CallScope(signal, timeoutMs);
      const fail = (error: unknown): never => {
        throw failed(error, scope);
      };
      try {
        const message = mapMessages(input, (each) => create(method.input, each));
        const response = (await run(scopedRequest(scope, method, message, header, contextValues))) as StreamResponse;
        return { ...response, message: untilEnd(response.message, scope, fail) } as never;
      } catch (error) {
        return fail(error);
      }
    },
  };
}

type Next = ReturnType<Interceptor>;

/** What the innermost interceptor calls. */
function sendOver(transport: Transport): Next {
  return async (request) => {
    const scope = scopeOf(request);
    if (scope && scope.remainingMs <= 0) throw markNeverSent(scope.lateError());
    const { header, contextValues } = request;
    // An interceptor that fails on a message ends the call on the wire: a stream always has the call's own signal.
    if (request.stream)
      return transport.stream(request.method, request.signal, scope?.timeoutMs, header, request.message, contextValues);
    // Unless somebody looked at the signal, the transport can listen to the caller's own: it counts the time itself.
    const signal = scope && !scope.hasSignal ? scope.outer : request.signal;
    return transport.unary(request.method, signal, scope?.timeoutMs, header, request.message, contextValues);
  };
}

/** Ends the call, and what an interceptor has begun and given up. */
function failed(reason: unknown, scope: CallScope): ConnectError {
  // A fetch throws away why it was aborted.
  const error = reason instanceof ConnectError ? reason : (scope.error ?? ConnectError.from(reason));
  scope.cancel(error);
  return error;
}
