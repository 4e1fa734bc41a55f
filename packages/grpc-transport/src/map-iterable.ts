/**
 * Passes on what an iterable yields, changed.
 *
 * `return()` reaches the source at once, even while `next()` is pending; a generator would keep it waiting.
 */
export function mapIterable<A, B>(source: AsyncIterable<A>, change: (value: A) => B): AsyncIterable<B> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = source[Symbol.asyncIterator]();
      return {
        async next() {
          const result = await iterator.next();
          return result.done ? result : { done: false, value: change(result.value) };
        },
        async return() {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
        // Connect's pipes want it of an input that they may have to break off.
        async throw(reason: unknown) {
          await (iterator.throw?.(reason) ?? iterator.return?.());
          throw reason;
        },
      };
    },
  };
}
