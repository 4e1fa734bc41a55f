/** A set of byte strings in order; adding costs a memory move, which is quick up to some millions of keys. */
export class SortedKeys {
  private readonly keys: string[] = [];

  /** Adds a key that is not there yet. */
  add(key: string): void {
    this.keys.splice(this.firstNotBelow(key), 0, key);
  }

  /** The keys with a prefix, in order. Keys that are added meanwhile may be left out, none comes twice. */
  *from(prefix: string): Generator<string> {
    let index = this.firstNotBelow(prefix);
    for (let key = this.keys[index]; key?.startsWith(prefix); key = this.keys[index]) {
      yield key;
      // What was added below the last key has moved it; keys never leave.
      if (this.keys[index] === key) index += 1;
      else index = this.firstNotBelow(key) + 1;
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
