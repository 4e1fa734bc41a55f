import { type ContextKey, createContextKey, type Interceptor } from "@connectrpc/connect";

/** Where a call counts its attempts while it passes through the interceptors. */
export const attemptsKey: ContextKey<{ made: number } | undefined> = createContextKey<{ made: number } | undefined>(
  undefined,
  { description: "@pumice/client-core/attempts" },
);

/** Counts what really goes to the transport; stands innermost. */
export const attemptsInterceptor: Interceptor = (next) => (request) => {
  const attempts = request.contextValues.get(attemptsKey);
  if (attempts) attempts.made += 1;
  return next(request);
};
