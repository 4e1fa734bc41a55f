/**
 * Passes on what an iterable yields, changed.
 *
 * `return()` reaches the source at once, even while `next()` is pending; a generator would keep it waiting.
 *
 * @param onEnd - Told once, when the source has ended, failed or was given up.
 */
export function mapIterable<A, B>(
  source: AsyncIterable<A>,
  change: (value: A) => B,
  onEnd?: () => void,
): AsyncIterable<B> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      return {
        async next() {
          try {
            const result = await iterator.next();
            if (!result.done) return { done: false, value: change(result.value) };
            onEnd?.();
            return result;
          } catch (error) {
            onEnd?.();
            throw error;
          }
        },
        async return() {
          onEnd?.();
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
