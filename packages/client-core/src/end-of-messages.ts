import { abortError } from "./abort-error.js";

/**
 * The same messages.
 *
 * @param onEnd - Told once: at the last message, at an error, or when the signal fires while nobody reads.
 */
export function endOfMessages<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
  onEnd: (error?: unknown) => void,
): AsyncIterable<T> {
  let ended = false;
  const end = (error?: unknown) => {
    if (ended) return;
    ended = true;
    signal.removeEventListener("abort", onAbort);
    onEnd(error);
  };
  const onAbort = () => end(abortError(signal.reason));
  if (signal.aborted) onAbort();
  else signal.addEventListener("abort", onAbort);
  return {
    [Symbol.asyncIterator]() {
      const messages = source[Symbol.asyncIterator]();
      return {
        async next() {
          try {
            const result = await messages.next();
            if (result.done) end();
            return result;
          } catch (error) {
            end(error);
            throw error;
          }
        },
      };
    },
  };
}
