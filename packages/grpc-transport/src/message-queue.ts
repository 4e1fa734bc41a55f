import type { RawMessage } from "./message-framing.js";

/** What a message costs besides its bytes: even empty ones must not pile up. */
const MESSAGE_OVERHEAD_BYTES = 160;
/** So much of the received chunks may be kept alive whatever is in the queue: a few reads of the socket. */
const ALWAYS_KEPT_BYTES = 262_144;
/** Beyond that, chunks are kept alive up to this many times what the messages weigh. */
const MOST_KEPT_ALIVE = 4;

/**
 * The messages that nobody has read yet, in order.
 *
 * A message is a view of the chunk it came in, and keeps all of it alive: also what belonged to other calls. Once that
 * is out of proportion, what lies here is copied together; a queue that runs empty now and then never pays for it.
 */
export class MessageQueue {
  #messages: RawMessage[] = [];
  #read = 0;
  #weightBytes = 0;
  /** The chunk of the latest message. */
  #newest: ArrayBufferLike | undefined;
  /** Chunks kept alive: at most so much, as those that were read through are still counted. */
  #keptBytes = 0;
  /** When to look closer. */
  #lookAtBytes = ALWAYS_KEPT_BYTES;

  /** The bytes of the messages, and what they cost besides. */
  get weightBytes(): number {
    return this.#weightBytes;
  }

  push(message: RawMessage): void {
    this.#messages.push(message);
    this.#weightBytes += message.bytes.length + MESSAGE_OVERHEAD_BYTES;
  }

  /** Call when the messages of a frame are in: they come from one chunk, which is looked at once and not for each. */
  settle(): void {
    const latest = this.#messages[this.#messages.length - 1];
    if (!latest) return;
    const { buffer } = latest.bytes;
    if (buffer === this.#newest) return;
    this.#newest = buffer;
    this.#keptBytes += buffer.byteLength;
    if (this.#keptBytes > this.#lookAtBytes) this.#letGo();
  }

  shift(): RawMessage | undefined {
    const message = this.#messages[this.#read];
    if (!message) return undefined;
    this.#read++;
    this.#weightBytes -= message.bytes.length + MESSAGE_OVERHEAD_BYTES;
    if (this.#read === this.#messages.length) this.clear();
    else if (this.#read >= 1024) this.#dropRead();
    return message;
  }

  clear(): void {
    this.#messages.length = 0;
    this.#read = 0;
    this.#weightBytes = 0;
    this.#newest = undefined;
    this.#keptBytes = 0;
    this.#lookAtBytes = ALWAYS_KEPT_BYTES;
  }

  #dropRead(): void {
    this.#messages.splice(0, this.#read);
    this.#read = 0;
  }

  /** Counts what is really kept alive, and copies if it is too much. The next look comes after as much again. */
  #letGo(): void {
    this.#dropRead();
    const chunks = new Set(this.#messages.map(({ bytes }) => bytes.buffer));
    this.#keptBytes = 0;
    for (const { byteLength } of chunks) this.#keptBytes += byteLength;
    if (this.#keptBytes > ALWAYS_KEPT_BYTES + MOST_KEPT_ALIVE * this.#weightBytes) this.#copy();
    this.#lookAtBytes = ALWAYS_KEPT_BYTES + 2 * this.#keptBytes;
  }

  #copy(): void {
    const block = new Uint8Array(this.#messages.reduce((sum, { bytes }) => sum + bytes.length, 0));
    let end = 0;
    this.#messages = this.#messages.map(({ compressed, bytes }) => {
      const start = end;
      end += bytes.length;
      block.set(bytes, start);
      return { compressed, bytes: block.subarray(start, end) };
    });
    this.#newest = undefined;
    this.#keptBytes = block.length;
  }
}
