import { maxWindowSize } from "./settings.js";

/** What we may still send on a stream or connection (RFC 9113 section 6.9). A new initial window can make it negative. */
export class SendWindow {
  #available: number;

  constructor(size: number) {
    this.#available = size;
  }

  get available(): number {
    return this.#available;
  }

  take(bytes: number): void {
    this.#available -= bytes;
  }

  /** Takes a WINDOW_UPDATE or a changed initial window. False if the window overflows. */
  grow(increment: number): boolean {
    this.#available += increment;
    return this.#available <= maxWindowSize;
  }
}

/** What the server may still send us, given back as the bytes are consumed. */
export class ReceiveWindow {
  readonly #size: number;
  #available: number;
  /** Consumed, but not yet told to the server. */
  #owed = 0;

  /**
   * @param size - What the window shall be.
   * @param granted - What the server knows of; larger while it has not seen our SETTINGS yet.
   */
  constructor(size: number, granted: number = size) {
    this.#size = size;
    this.#available = granted;
  }

  /** Takes received bytes, padding included. False if the server sent more than it may. */
  take(bytes: number): boolean {
    this.#available -= bytes;
    return this.#available >= 0;
  }

  /** The server has now applied a smaller initial window than it began with (RFC 9113 section 6.9.2). */
  shrink(bytes: number): void {
    this.#available -= bytes;
  }

  /** Gives bytes back. Returns the increment to announce: 0 until it is worth a frame, half the window. */
  release(bytes: number): number {
    this.#owed += bytes;
    if (this.#owed * 2 < this.#size) return 0;
    const increment = this.#owed;
    this.#owed = 0;
    this.#available += increment;
    return increment;
  }
}
