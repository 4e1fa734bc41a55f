import { ErrorCode } from "./error-code.js";
import { defaultMaxFrameSize, FrameType, frameHeaderBytes } from "./frames.js";
import { ProtocolError } from "./protocol-error.js";

/** Takes a whole frame. The payload is a view of what was received: valid as long as one keeps it. */
export type OnFrame = (type: number, flags: number, streamId: number, payload: Uint8Array) => void;

/**
 * Cuts received bytes into frames (RFC 9113 section 4), however the network split them.
 *
 * Frames are read in place; only one that spans chunks is copied, once.
 */
export class FrameReader {
  readonly #onFrame: OnFrame;
  /** Pieces of a frame that is not complete. */
  #pieces: Uint8Array[] = [];
  #collected = 0;
  /** How many bytes the pieces must reach before they are worth joining. */
  #wanted = frameHeaderBytes;
  #sawFirst = false;
  #stopped = false;

  constructor(onFrame: OnFrame) {
    this.#onFrame = onFrame;
  }

  /** @throws {@link ProtocolError} if a frame is too large, or the first one shows that this is no HTTP/2. */
  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.#collected > 0) {
      this.#pieces.push(chunk);
      this.#collected += chunk.length;
      if (this.#collected < this.#wanted) return;
      bytes = Buffer.concat(this.#pieces, this.#collected);
      this.#pieces = [];
      this.#collected = 0;
    }
    const rest = this.#read(bytes);
    if (rest === bytes.length || this.#stopped) return;
    this.#pieces.push(rest === 0 ? bytes : bytes.subarray(rest));
    this.#collected = bytes.length - rest;
  }

  /** No frame is delivered any more, not even of the chunk in hand. */
  stop(): void {
    this.#stopped = true;
    this.#pieces = [];
    this.#collected = 0;
  }

  /** Delivers the whole frames and returns where the incomplete one begins. */
  #read(bytes: Uint8Array): number {
    let position = 0;
    while (bytes.length - position >= frameHeaderBytes) {
      const length = (byteAt(bytes, position) << 16) | (byteAt(bytes, position + 1) << 8) | byteAt(bytes, position + 2);
      const type = byteAt(bytes, position + 3);
      if (!this.#sawFirst) this.#checkFirst(type);
      if (length > defaultMaxFrameSize) {
        throw new ProtocolError(`A frame of ${length} bytes exceeds the limit`, ErrorCode.FrameSizeError);
      }
      const start = position + frameHeaderBytes;
      const end = start + length;
      if (end > bytes.length) {
        this.#wanted = frameHeaderBytes + length;
        return position;
      }
      const streamId =
        ((byteAt(bytes, position + 5) & 0x7f) << 24) |
        (byteAt(bytes, position + 6) << 16) |
        (byteAt(bytes, position + 7) << 8) |
        byteAt(bytes, position + 8);
      this.#onFrame(
        type,
        byteAt(bytes, position + 4),
        streamId,
        new Uint8Array(bytes.buffer, bytes.byteOffset + start, length),
      );
      if (this.#stopped) return bytes.length;
      position = end;
    }
    this.#wanted = frameHeaderBytes;
    return position;
  }

  /** The server's preface is a SETTINGS frame (RFC 9113 section 3.4). */
  #checkFirst(type: number): void {
    this.#sawFirst = true;
    if (type !== FrameType.Settings) {
      throw new ProtocolError(
        "The server does not speak HTTP/2: it did not begin with SETTINGS",
        ErrorCode.ProtocolError,
      );
    }
  }
}

function byteAt(bytes: Uint8Array, position: number): number {
  return bytes[position] as number; // the caller stays within bounds
}
