/** What a streaming call sends, so that it can be sent again. */
export interface ReplayableInput<T> {
  /** False when messages have been taken that are not kept. */
  readonly canReplay: boolean;
  /** The messages from the first one on, for one attempt. */
  messages(): AsyncIterable<T>;
}

/** Keeps all messages: for a call that sends one. */
export async function keptInput<T>(source: AsyncIterable<T>): Promise<ReplayableInput<T>> {
  const kept: T[] = [];
  for await (const message of source) kept.push(message);
  return {
    canReplay: true,
    async *messages() {
      yield* kept;
    },
  };
}

/**
 * Keeps none: it can be sent again until the first one is taken. Until then nobody can end the source either: a transport
 * that fails gives its input back, and a generator that is given back has no messages any more.
 */
export function untakenInput<T>(source: AsyncIterable<T>): ReplayableInput<T> {
  let messages: AsyncIterator<T> | undefined;
  return {
    get canReplay() {
      return messages === undefined;
    },
    messages: () => ({
      [Symbol.asyncIterator]: () => ({
        next() {
          messages ??= source[Symbol.asyncIterator]();
          return messages.next();
        },
        async return() {
          await messages?.return?.();
          return { done: true, value: undefined };
        },
        async throw(reason: unknown) {
          await (messages?.throw?.(reason) ?? messages?.return?.());
          throw reason;
        },
      }),
    }),
  };
}
