import { abortError } from "./abort-error.js";

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
