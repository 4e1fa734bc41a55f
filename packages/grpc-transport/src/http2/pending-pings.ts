import { readUint32, writeUint32 } from "./frames.js";

/** The payload of a PING (RFC 9113 section 6.7). */
export const pingBytes: number = 8;

/** Our PINGs that were not answered yet. */
export class PendingPings {
  #pending: { readonly number: number; readonly onAnswer: () => void }[] = [];
  #latest = 0;

  /** Gives the payload to send. */
  begin(onAnswer: () => void): Uint8Array {
    const number = ++this.#latest;
    this.#pending.push({ number, onAnswer });
    const payload = new Uint8Array(pingBytes);
    writeUint32(payload, 4, number);
    return payload;
  }

  /** What to call for an answer with this payload; undefined if nobody waits for it. */
  take(payload: Uint8Array): (() => void) | undefined {
    const number = readUint32(payload, 4);
    const index = this.#pending.findIndex((ping) => ping.number === number);
    if (index < 0) return undefined;
    const [ping] = this.#pending.splice(index, 1);
    return ping?.onAnswer;
  }

  clear(): void {
    this.#pending = [];
  }
}
