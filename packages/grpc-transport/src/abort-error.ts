import { Code, ConnectError } from "@connectrpc/connect";
import { withoutMark } from "./never-sent.js";

/** What a fired signal makes of a call: a ConnectError reason as it is, a timeout deadline_exceeded, else canceled. */
export function abortError(reason: unknown): ConnectError {
  if (reason instanceof ConnectError) return withoutMark(reason);
  const isTimeout = reason instanceof Error && reason.name === "TimeoutError";
  const message = reason instanceof Error ? reason.message : String(reason ?? "The call was canceled");
  return new ConnectError(message, isTimeout ? Code.DeadlineExceeded : Code.Canceled, undefined, undefined, reason);
}
