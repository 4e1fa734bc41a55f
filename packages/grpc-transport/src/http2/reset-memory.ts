const REMEMBERED_RESETS = 1024;

/** The streams that we reset: late frames of theirs are expected. Takes a bounded place, and forgets in our favour. */
export class ResetMemory {
  readonly #ids: Set<number> = new Set();
  /** Resets up to this id may have been forgotten. */
  #forgotten = 0;

  add(streamId: number): void {
    this.#ids.add(streamId);
    if (this.#ids.size <= REMEMBERED_RESETS) return;
    const [oldest = 0] = this.#ids;
    this.#ids.delete(oldest);
    this.#forgotten = Math.max(this.#forgotten, oldest);
  }

  /** Whether we reset the stream, or may have: it is so long ago. */
  mayHave(streamId: number): boolean {
    return streamId <= this.#forgotten || this.#ids.has(streamId);
  }
}
