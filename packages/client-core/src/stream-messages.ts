import type { StubCallOptions } from "./call-options.js";
import type { RunningCall } from "./running-call.js";

/** The messages of one streaming call, which is started by the first read and cancelled when the reader leaves. */
export function streamMessages<T>(
  start: () => RunningCall,
  invoke: (stub: StubCallOptions) => AsyncIterable<T>,
): AsyncIterator<T> {
  let call: RunningCall | undefined;
  let left = false;
  const generator = (async function* () {
    call = start();
    try {
      yield* invoke(call.stub);
    } catch (error) {
      if (!left) throw call.translated(error);
    } finally {
      call.end();
    }
  })();
  return {
    next: () => generator.next(),
    // A generator would let a read that is under way finish first; on a silent stream that is never.
    return: () => {
      left = true;
      call?.cancel(new Error("The reader left the stream"));
      return generator.return(undefined);
    },
  };
}
