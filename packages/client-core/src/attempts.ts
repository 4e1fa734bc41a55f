import { ConnectError, type ContextKey, createContextKey, type Interceptor } from "@connectrpc/connect";
import { type CallObserver, notify } from "./call-observer.js";

/** Where a call counts its attempts while it passes through the interceptors. */
export const attemptsKey: ContextKey<{ made: number } | undefined> = createContextKey<{ made: number } | undefined>(
  undefined,
  { description: "@pumice/client-core/attempts" },
);

/** Counts, and tells an observer, what really goes to the transport; stands innermost. */
export function attemptsInterceptor(observer?: CallObserver): Interceptor {
  if (!observer?.onAttempt) return count;
  return (next) => async (request) => {
    const attempts = request.contextValues.get(attemptsKey) ?? { made: 0 };
    attempts.made += 1;
    const rpc = `${request.service.typeName}/${request.method.name}`;
    const attempt = attempts.made;
    const startMs = performance.now();
    const report = (error?: ConnectError) =>
      notify((event) => observer.onAttempt?.(event), {
        rpc,
        attempt,
        durationMs: performance.now() - startMs,
        error,
      });
    try {
      const response = await next(request);
      report();
      return response;
    } catch (error) {
      report(ConnectError.from(error));
      throw error;
    }
  };
}

const count: Interceptor = (next) => (request) => {
  const attempts = request.contextValues.get(attemptsKey);
  if (attempts) attempts.made += 1;
  return next(request);
};
