/** A set of byte strings in order; adding and removing cost a memory move, quick up to some millions of keys. */
export class SortedKeys {
  private readonly keys: string[] = [];

  /** Adds a key that is not there yet. */
  add(key: string): void {
    this.keys.splice(this.firstNotBelow(key), 0, key);
  }

  /** Removes a key that is there. */
  remove(key: string): void {
    this.keys.splice(this.firstNotBelow(key), 1);
  }

  /**
   * The keys with a prefix, in order. Keys that come or go meanwhile may be left out; none comes twice, and what was
   * there all the time comes.
   */
  *from(prefix: string): Generator<string> {
    let index = this.firstNotBelow(prefix);
    for (let key = this.keys[index]; key?.startsWith(prefix); key = this.keys[index]) {
      yield key;
      // What came or went below the last key has moved it, and the key itself may be gone.
      if (this.keys[index] !== key) index = this.firstNotBelow(key);
      if (this.keys[index] === key) index += 1;
    }
  }

  private firstNotBelow(key: string): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.keys[middle] as string) < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
