import { ConnectError, type ContextKey, createContextKey, type Interceptor } from "@connectrpc/connect";
import { type CallObserver, notify } from "./call-observer.js";

/** The attempts of one call, noted down while it passes through the interceptors. */
export interface CallAttempts {
  /** How many went to the transport. */
  made: number;
  /** True once an attempt is repeated that may have been carried out: what the next one is told may be its doing. */
  earlierMayHaveArrived?: boolean;
}

/** Where a call carries its {@link CallAttempts}. */
export const attemptsKey: ContextKey<CallAttempts | undefined> = createContextKey<CallAttempts | undefined>(undefined, {
  description: "@pumice/client-core/attempts",
});

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
