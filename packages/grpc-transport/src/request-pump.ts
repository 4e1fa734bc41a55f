import type { Http2Stream } from "./http2/stream.js";

const NOTHING: Uint8Array = new Uint8Array(0);

/** Sends what a caller's iterable yields, no faster than the stream takes it. */
export class RequestPump {
  readonly #stream: Http2Stream;
  readonly #isSingle: boolean;
  readonly #frame: (message: object) => Uint8Array | Promise<Uint8Array>;
  #input: AsyncIterator<object> | undefined;
  #stopped = false;
  /** Frames given to the stream since it last ran dry. */
  #undrained = 0;
  #onDrained: (() => void) | undefined;

  /** @param isSingle - The first message is the last: it ends the request in the same frame. */
  constructor(stream: Http2Stream, isSingle: boolean, frame: (message: object) => Uint8Array | Promise<Uint8Array>) {
    this.#stream = stream;
    this.#isSingle = isSingle;
    this.#frame = frame;
  }

  /** @throws What the iterable or the encoding throws. */
  async run(messages: AsyncIterable<object>): Promise<void> {
    const input = messages[Symbol.asyncIterator]();
    this.#input = input;
    while (!this.#stopped) {
      const result = await input.next();
      if (this.#stopped) return;
      if (result.done) {
        this.#input = undefined;
        this.#stream.send(NOTHING, true);
        return;
      }
      const framed = this.#frame(result.value);
      const bytes = framed instanceof Uint8Array ? framed : await framed;
      if (this.#stopped) return;
      this.#undrained++;
      this.#stream.send(bytes, this.#isSingle);
      if (this.#isSingle) {
        this.#closeInput();
        return;
      }
      if (this.#undrained > 0) await this.#dry();
    }
  }

  /** The stream has written everything. */
  drained(): void {
    this.#undrained = 0;
    this.#onDrained?.();
    this.#onDrained = undefined;
  }

  /** The call is over: nothing is pulled any more, and the iterable may clean up. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.drained();
    this.#closeInput();
  }

  #dry(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrained = resolve;
    });
  }

  /** A generator that waits for something takes note when it goes on; its errors concern nobody any more. */
  #closeInput(): void {
    const input = this.#input;
    this.#input = undefined;
    try {
      input?.return?.()?.then(undefined, ignore);
    } catch (error) {
      ignore(error);
    }
  }
}

function ignore(_error: unknown): void {
  // the call has its result already
}
