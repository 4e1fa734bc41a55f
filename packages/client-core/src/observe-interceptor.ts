import { ConnectError, type Interceptor } from "@connectrpc/connect";
import { attemptsKey } from "./attempts.js";
import { type CallObserver, notify } from "./call-observer.js";
import { endOfMessages } from "./end-of-messages.js";

/**
 * Tells an observer of every call that has ended; stands outermost. `attemptsInterceptor()` tells of the attempts,
 * `retryInterceptor()` of the pauses and `tokenSource()` of the logins.
 *
 * A stream that is left before its end is heard of when its call is cancelled, so not if nobody cancels it.
 */
export function observeInterceptor(observer: CallObserver): Interceptor {
  return (next) => async (request) => {
    const { contextValues, service, method } = request;
    const attempts = contextValues.get(attemptsKey) ?? { made: 0 };
    contextValues.set(attemptsKey, attempts);
    const rpc = `${service.typeName}/${method.name}`;
    const startMs = performance.now();
    const report = (error?: unknown) =>
      notify((event) => observer.onCall?.(event), {
        rpc,
        attempts: attempts.made,
        durationMs: performance.now() - startMs,
        error: error === undefined ? undefined : ConnectError.from(error),
      });
    try {
      const response = await next(request);
      if (response.stream) return { ...response, message: endOfMessages(response.message, request.signal, report) };
      report();
      return response;
    } catch (error) {
      report(error);
      throw error;
    }
  };
}
