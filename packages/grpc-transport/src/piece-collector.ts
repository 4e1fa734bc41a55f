const NOTHING: Uint8Array = new Uint8Array(0);
const SMALLEST_BLOCK_BYTES = 512;
const LARGEST_BLOCK_BYTES = 65_536;
/** Below this, the object around a piece weighs more than copying it. */
const SMALL_PIECE_BYTES = 1024;
/** A piece that keeps more than this many times its size alive is copied. */
const MOST_KEPT_ALIVE = 4;

/**
 * Collects the pieces of something larger, to be joined once.
 *
 * What it holds is a small multiple of their size, however small they are and whatever they are views of: large ones
 * stay views, the others are copied together.
 */
export class PieceCollector {
  #pieces: Uint8Array[] = [];
  #length = 0;
  /** Small pieces are copied here; those between the two positions are not among the others yet. */
  #block: Uint8Array = NOTHING;
  #blockStart = 0;
  #blockEnd = 0;

  get length(): number {
    return this.#length;
  }

  add(piece: Uint8Array): void {
    if (isWorthKeeping(piece)) {
      this.#cutBlock();
      this.#pieces.push(piece);
    } else {
      this.#copy(piece);
    }
    this.#length += piece.length;
  }

  /** Everything so far, as bytes of its own; the collector is empty then. */
  take(): Uint8Array {
    this.#cutBlock();
    const joined = Buffer.concat(this.#pieces, this.#length);
    this.#pieces = [];
    this.#length = 0;
    this.#block = NOTHING;
    this.#blockStart = 0;
    this.#blockEnd = 0;
    return new Uint8Array(joined.buffer, joined.byteOffset, joined.byteLength);
  }

  #copy(piece: Uint8Array): void {
    let rest = piece;
    while (rest.length > 0) {
      if (this.#blockEnd === this.#block.length) this.#startBlock();
      const part = rest.subarray(0, this.#block.length - this.#blockEnd);
      this.#block.set(part, this.#blockEnd);
      this.#blockEnd += part.length;
      rest = rest.subarray(part.length);
    }
  }

  /** As large as what there is, within limits. */
  #startBlock(): void {
    this.#cutBlock();
    this.#block = new Uint8Array(Math.min(Math.max(this.#length, SMALLEST_BLOCK_BYTES), LARGEST_BLOCK_BYTES));
    this.#blockStart = 0;
    this.#blockEnd = 0;
  }

  #cutBlock(): void {
    if (this.#blockStart === this.#blockEnd) return;
    this.#pieces.push(this.#block.subarray(this.#blockStart, this.#blockEnd));
    this.#blockStart = this.#blockEnd;
  }
}

function isWorthKeeping(piece: Uint8Array): boolean {
  return piece.length >= SMALL_PIECE_BYTES && piece.length * MOST_KEPT_ALIVE >= piece.buffer.byteLength;
}
