import type { Interceptor, StreamResponse } from "@connectrpc/connect";
import { CallScope, scopeOf, scopeProperty } from "./call-scope.js";
import { untilEnd } from "./until-end.js";

/** The total of a call. */
export interface DeadlineOptions {
  /** Milliseconds for the whole call, all attempts and pauses included; a call may have less. @defaultValue the call's own */
  readonly timeoutMs?: number | undefined;
}

/**
 * Holds a call to its total time, whatever waits inside: attempts, pauses, a login. A stream is held until its last
 * message.
 *
 * The total is the call's own `timeoutMs` if it came through {@link withInterceptors}, and never more than the option.
 *
 * @throws RangeError if `timeoutMs` is not above 0.
 */
export function deadlineInterceptor({ timeoutMs }: DeadlineOptions = {}): Interceptor {
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    throw new RangeError(`Cannot set a deadline: timeoutMs must be above 0, got ${timeoutMs}`);
  }
  return (next) => async (request) => {
    const call = scopeOf(request);
    if (timeoutMs === undefined || (call && call.remainingMs <= timeoutMs))
      return call ? call.hold(next(request)) : next(request);

    const scope = new CallScope(request.signal, timeoutMs);
    const fail = (error: unknown): never => {
      scope.end();
      throw error;
    };
    try {
      const limited = { ...request, ...scopeProperty(scope), signal: scope.signal };
      const response = await scope.hold(next(limited));
      if (response.stream) return { ...response, message: untilEnd(response.message, scope, fail) } as StreamResponse;
      scope.end();
      return response;
    } catch (error) {
      return fail(error);
    }
  };
}
