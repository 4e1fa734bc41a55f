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
 * Keeps none: it can be sent again, by the latest attempt only, until the first one is taken. Until then nobody can end
 * the source either: a transport that fails gives its input back, and a generator that is given back has no messages any
 * more.
 */
export function untakenInput<T>(source: AsyncIterable<T>): ReplayableInput<T> {
  let messages: AsyncIterator<T> | undefined;
  let attempt = 0;
  return {
    get canReplay() {
      return messages === undefined;
    },
    messages: () => {
      attempt += 1;
      const own = attempt;
      return {
        [Symbol.asyncIterator]: () => ({
          async next() {
            if (own !== attempt) return { done: true, value: undefined };
            messages ??= source[Symbol.asyncIterator]();
            return messages.next();
          },
          async return() {
            if (own === attempt) await messages?.return?.();
            return { done: true, value: undefined };
          },
          async throw(reason: unknown) {
            if (own === attempt) await (messages?.throw?.(reason) ?? messages?.return?.());
            throw reason;
          },
        }),
      };
    },
  };
}
