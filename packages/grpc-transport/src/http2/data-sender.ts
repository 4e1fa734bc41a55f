import { SendWindow } from "./flow-control.js";
import { defaultMaxFrameSize, Flag, FrameType, frameHeaderBytes, writeFrameHeader } from "./frames.js";
import type { OutputBuffer } from "./output-buffer.js";
import { defaultWindowSize } from "./settings.js";
import type { Http2Stream, OpenStream } from "./stream.js";

/** DATA beyond this waits until the socket has taken what there is. */
const MAX_BUFFERED_BYTES = 131_072;

/** Turns the data of all streams into DATA frames, as far as windows and socket permit, and in turn. */
export class DataSender {
  readonly window: SendWindow = new SendWindow(defaultWindowSize);
  /** False while the socket wants nothing more. */
  writable: boolean = true;
  readonly #output: OutputBuffer;
  /** Streams that could send more, but for the connection's window or the socket. */
  readonly #waiting: Set<Http2Stream> = new Set();

  constructor(output: OutputBuffer) {
    this.#output = output;
  }

  /** Sends what the stream has. */
  send(stream: Http2Stream): void {
    this.#waiting.add(stream);
    this.resume();
  }

  /** Goes on with the streams that were held back, one frame each in turn. */
  resume(): void {
    for (const stream of this.#waiting) {
      const { open } = stream;
      if (!open || !hasWork(stream, open)) {
        this.#waiting.delete(stream);
        continue;
      }
      if (!this.writable || this.#output.length >= MAX_BUFFERED_BYTES) return;
      const needsWindow = stream.outgoing.length > 0;
      if (needsWindow && this.window.available <= 0) continue; // stays: others may only have to end
      this.#waiting.delete(stream);
      if (needsWindow && open.sendWindow.available <= 0) continue; // its own WINDOW_UPDATE brings it back
      this.#writeFrame(stream, open);
      if (hasWork(stream, open)) this.#waiting.add(stream);
      else if (!open.localEnded) stream.events.drained();
    }
  }

  forget(stream: Http2Stream): void {
    this.#waiting.delete(stream);
  }

  #writeFrame(stream: Http2Stream, open: OpenStream): void {
    const first = stream.outgoing[0];
    const size = Math.min(
      first === undefined ? 0 : first.length - stream.sentOfFirst,
      defaultMaxFrameSize,
      Math.max(0, open.sendWindow.available),
      Math.max(0, this.window.available),
    );
    const start = stream.sentOfFirst;
    if (first !== undefined) {
      stream.sentOfFirst += size;
      if (stream.sentOfFirst === first.length) {
        stream.outgoing.shift();
        stream.sentOfFirst = 0;
      }
    }
    open.localEnded = stream.complete && stream.outgoing.length === 0;
    open.sendWindow.take(size);
    this.window.take(size);
    const { target, position } = this.#output.reserve(frameHeaderBytes);
    writeFrameHeader(target, position, size, FrameType.Data, open.localEnded ? Flag.EndStream : 0, open.id);
    if (first === undefined) return;
    this.#output.append(size === first.length ? first : first.subarray(start, start + size));
  }
}

function hasWork(stream: Http2Stream, open: OpenStream): boolean {
  return stream.outgoing.length > 0 || (stream.complete && !open.localEnded);
}
