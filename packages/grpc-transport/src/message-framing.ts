import { Code, ConnectError } from "@connectrpc/connect";
import { PieceCollector } from "./piece-collector.js";

/** One gRPC message as it came: a view of received bytes. */
export interface RawMessage {
  readonly compressed: boolean;
  readonly bytes: Uint8Array;
}

const PREFIX_BYTES = 5;
const COMPRESSED_FLAG = 1;

/** Puts the 5-byte prefix before a message: the flag, then the length, big endian. */
export function frameMessage(bytes: Uint8Array, compressed: boolean): Uint8Array {
  const framed = Buffer.allocUnsafe(PREFIX_BYTES + bytes.length);
  framed[0] = compressed ? COMPRESSED_FLAG : 0;
  framed.writeUInt32BE(bytes.length, 1);
  framed.set(bytes, PREFIX_BYTES);
  return framed;
}

/** Cuts the received bytes of one call into messages. A message within one chunk is a view of it, others are joined once. */
export class MessageReader {
  readonly #maxBytes: number;
  readonly #pieces: PieceCollector = new PieceCollector();
  #wanted = PREFIX_BYTES;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Whether the bytes so far end inside a message. */
  get isInsideMessage(): boolean {
    return this.#pieces.length > 0;
  }

  /** @throws ConnectError for a message over the limit, as soon as its prefix tells, and for unknown flags. */
  push(chunk: Uint8Array, onMessage: (message: RawMessage) => void): void {
    let bytes = chunk;
    if (this.#pieces.length > 0) {
      this.#pieces.add(chunk);
      if (this.#pieces.length < this.#wanted) return;
      bytes = this.#pieces.take();
    }
    const rest = this.#read(bytes, onMessage);
    if (rest < bytes.length) this.#pieces.add(bytes.subarray(rest));
  }

  #read(bytes: Uint8Array, onMessage: (message: RawMessage) => void): number {
    let position = 0;
    while (bytes.length - position >= PREFIX_BYTES) {
      const flags = bytes[position] ?? 0;
      const length = readLength(bytes, position + 1);
      if (flags > COMPRESSED_FLAG) throw new ConnectError(`A message has unknown flags: ${flags}`, Code.Internal);
      if (length > this.#maxBytes) {
        throw new ConnectError(`A message of ${length} bytes exceeds ${this.#maxBytes}`, Code.ResourceExhausted);
      }
      const start = position + PREFIX_BYTES;
      if (start + length > bytes.length) {
        this.#wanted = PREFIX_BYTES + length;
        return position;
      }
      position = start + length;
      onMessage({
        compressed: flags === COMPRESSED_FLAG,
        bytes: new Uint8Array(bytes.buffer, bytes.byteOffset + start, length),
      });
    }
    this.#wanted = PREFIX_BYTES;
    return position;
  }
}

function readLength(bytes: Uint8Array, position: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[position], bytes[position + 1], bytes[position + 2], bytes[position + 3]];
  return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
}
