import { Code, ConnectError } from "@connectrpc/connect";

/**
 * Waits, and lets the process end only after it.
 *
 * @param ms - Milliseconds; 0 still gives other work a turn.
 * @throws ConnectError when the signal fires, at once also if it has fired already: `deadline_exceeded` for
 * `AbortSignal.timeout()`, otherwise `canceled`; its cause is the signal's reason.
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(abortError(signal?.reason));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    if (signal?.aborted) onAbort();
    else signal?.addEventListener("abort", onAbort, { once: true });
  });
}

function abortError(reason: unknown): ConnectError {
  if (reason instanceof ConnectError) return reason;
  const timedOut = reason instanceof Error && reason.name === "TimeoutError";
  const message = reason instanceof Error ? reason.message : String(reason);
  return new ConnectError(message, timedOut ? Code.DeadlineExceeded : Code.Canceled, undefined, undefined, reason);
}
