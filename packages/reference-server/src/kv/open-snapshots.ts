/** The timestamps that somebody is reading at; several may read at one. */
export class OpenSnapshots {
  private readonly readers = new Map<bigint, number>();

  open(timestamp: bigint): void {
    this.readers.set(timestamp, (this.readers.get(timestamp) ?? 0) + 1);
  }

  close(timestamp: bigint): void {
    const left = (this.readers.get(timestamp) ?? 0) - 1;
    if (left > 0) this.readers.set(timestamp, left);
    else this.readers.delete(timestamp);
  }

  /** The oldest timestamp that is open; undefined if none is. */
  oldest(): bigint | undefined {
    // Timestamps are opened in growing order, and a Map keeps the order of insertion.
    return this.readers.keys().next().value;
  }
}
