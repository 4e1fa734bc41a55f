/**
 * Passes messages on, changed, one for each that is asked for.
 *
 * `return()` reaches the source at once, even while it is silent; a generator would wait for its next message first.
 */
export function mapMessages<A, B>(source: AsyncIterable<A>, change: (message: A) => B): AsyncIterable<B> {
  return {
    [Symbol.asyncIterator]() {
      const messages = source[Symbol.asyncIterator]();
      return {
        async next() {
          const result = await messages.next();
          return result.done ? result : { done: false, value: change(result.value) };
        },
        async return() {
          await messages.return?.();
          return { done: true, value: undefined };
        },
        // Connect's pipes want it of an input that they may have to break off.
        async throw(reason: unknown) {
          await (messages.throw?.(reason) ?? messages.return?.());
          throw reason;
        },
      };
    },
  };
}
