import { WireError } from "./wire-error.js";

const headerLength = 4;

/** A body with its length in front: 32 bits, big endian. */
export function frame(body: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafe(headerLength + body.length);
  bytes.writeUInt32BE(body.length, 0);
  bytes.set(body, headerLength);
  return bytes;
}

/** Thrown for a frame, or an answer without frames, that is longer than the reader wants to hold. */
export class TooLargeError extends WireError {
  constructor(length: number, limit: number) {
    super(`Cannot read the answer: it has ${length} bytes, at most ${limit} are read`);
  }
}

/** Takes a stream of bytes apart into the bodies of its frames; frames may be split or joined at will. */
export class FrameReader {
  private pieces: Uint8Array[] = [];
  private buffered = 0;
  private wanted = headerLength;
  private inBody = false;

  /** @param limit - Bytes of a body that are read at most; a longer one is refused before it is stored. */
  constructor(private readonly limit: number) {}

  /** True if bytes of an unfinished frame are held. */
  get isInside(): boolean {
    return this.inBody || this.buffered > 0;
  }

  /**
   * Takes in bytes and returns the bodies that are now whole.
   *
   * @throws TooLargeError once a header announces more than the limit.
   */
  push(bytes: Uint8Array): Uint8Array[] {
    this.pieces.push(bytes);
    this.buffered += bytes.length;
    const bodies: Uint8Array[] = [];
    while (this.buffered >= this.wanted) {
      const part = this.take(this.wanted);
      if (this.inBody) {
        bodies.push(part);
        this.wanted = headerLength;
      } else {
        this.wanted = part.readUInt32BE(0);
        if (this.wanted > this.limit) throw new TooLargeError(this.wanted, this.limit);
      }
      this.inBody = !this.inBody;
    }
    return bodies;
  }

  private take(length: number): Buffer {
    const [only] = this.pieces;
    const all =
      only && this.pieces.length === 1
        ? Buffer.from(only.buffer, only.byteOffset, only.length)
        : Buffer.concat(this.pieces);
    this.pieces = length < all.length ? [all.subarray(length)] : [];
    this.buffered -= length;
    return all.subarray(0, length);
  }
}
