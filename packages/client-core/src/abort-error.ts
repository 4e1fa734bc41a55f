import { Code, ConnectError } from "@connectrpc/connect";

/**
 * What a fired signal makes of a call: a ConnectError reason as it is, `AbortSignal.timeout()` deadline_exceeded, else
 * canceled; the cause is the reason.
 */
export function abortError(reason: unknown): ConnectError {
  if (reason instanceof ConnectError) return reason;
  const timedOut = reason instanceof Error && reason.name === "TimeoutError";
  const message = reason instanceof Error ? reason.message : String(reason);
  return new ConnectError(message, timedOut ? Code.DeadlineExceeded : Code.Canceled, undefined, undefined, reason);
}
