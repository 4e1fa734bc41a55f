import type { CallScope } from "./call-scope.js";

/**
 * The messages of a streaming call, under its scope until the last one: cancelling takes effect before messages that
 * have arrived already, as in Connect 2.2.
 *
 * @param fail - Makes and throws the call's error.
 */
export function untilEnd<T>(
  source: AsyncIterable<T>,
  scope: CallScope,
  fail: (error: unknown) => never,
): AsyncIterable<T> {
  return {
    [Symbol.asyncIterator]() {
      const messages = source[Symbol.asyncIterator]();
      return {
        async next() {
          try {
            const { error } = scope;
            if (error) throw error;
            const result = await messages.next();
            if (result.done) scope.end();
            return result;
          } catch (error) {
            return fail(error);
          }
        },
      };
    },
  };
}
