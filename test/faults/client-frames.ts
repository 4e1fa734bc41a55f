/** A frame of the client, as far as a server cares that does not read what it says. */
export interface ClientFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

const PREFACE_BYTES = 24;
const HEADER_BYTES = 9;

/** Cuts a client's bytes into frames; the preface comes first. */
export class ClientFrames {
  #pending: Buffer = Buffer.alloc(0);
  #toSkip = PREFACE_BYTES;

  push(chunk: Buffer): ClientFrame[] {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const skipped = Math.min(this.#toSkip, this.#pending.length);
    this.#toSkip -= skipped;
    this.#pending = this.#pending.subarray(skipped);

    const frames: ClientFrame[] = [];
    while (this.#pending.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + this.#pending.readUIntBE(0, 3);
      if (this.#pending.length < end) break;
      frames.push({
        type: this.#pending.readUInt8(3),
        flags: this.#pending.readUInt8(4),
        streamId: this.#pending.readUInt32BE(5) & 0x7fffffff,
        payload: this.#pending.subarray(HEADER_BYTES, end),
      });
      this.#pending = this.#pending.subarray(end);
    }
    return frames;
  }
}
