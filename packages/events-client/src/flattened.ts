/**
 * The items of batches, one after the other. Leaving it leaves the batches at once, also while a read is under way.
 *
 * @param signal - Drops what is left of a batch; the batches themselves tell that it fired.
 */
export function flattened<B, T>(
  batches: AsyncIterable<B>,
  itemsOf: (batch: B) => readonly T[],
  signal?: AbortSignal,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const source = batches[Symbol.asyncIterator]();
      let items: readonly T[] = [];
      let index = 0;
      let reading: Promise<unknown> = Promise.resolve();
      const read = async (): Promise<IteratorResult<T, undefined>> => {
        for (;;) {
          const item = items[index];
          if (index < items.length && !signal?.aborted) {
            index += 1;
            return { done: false, value: item as T }; // within bounds
          }
          const result = await source.next();
          if (result.done) return { done: true, value: undefined };
          items = itemsOf(result.value);
          index = 0;
        }
      };
      return {
        next() {
          const result = reading.then(read, read); // one after the other
          reading = result;
          return result;
        },
        async return() {
          items = [];
          await source.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}
