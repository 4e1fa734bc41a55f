/** What an entry costs beyond its text (RFC 7541 section 4.1). */
const ENTRY_OVERHEAD = 32;

/** The dynamic table of one direction of a connection (RFC 7541 sections 2.3.2 and 4). */
export class DynamicTable {
  /** Counts every change of the entries, so that whoever kept a decoded block knows when it is stale. */
  revision: number = 0;

  readonly #names: string[] = [];
  readonly #values: string[] = [];
  /** Entries before this index are gone; the arrays are trimmed now and then. */
  #oldest = 0;
  #size = 0;
  #maxSize: number;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get length(): number {
    return this.#names.length - this.#oldest;
  }

  /** In octets, as the RFC counts them. */
  get size(): number {
    return this.#size;
  }

  /** @param index - 0 is the newest entry; lower than `length`. */
  nameAt(index: number): string {
    return this.#names[this.#names.length - 1 - index] as string; // the caller checked the length
  }

  /** @param index - 0 is the newest entry; lower than `length`. */
  valueAt(index: number): string {
    return this.#values[this.#values.length - 1 - index] as string; // the caller checked the length
  }

  /** Adds the newest entry. One that is larger than the whole table empties it (RFC 7541 section 4.4). */
  add(name: string, value: string): void {
    const entrySize = name.length + value.length + ENTRY_OVERHEAD;
    this.revision++;
    this.#evict(this.#maxSize - entrySize);
    if (entrySize > this.#maxSize) return;
    this.#names.push(name);
    this.#values.push(value);
    this.#size += entrySize;
  }

  /** Forgets all entries, as adding one larger than the table does. */
  clear(): void {
    this.revision++;
    this.#evict(0);
  }

  resize(maxSize: number): void {
    this.revision++;
    this.#maxSize = maxSize;
    this.#evict(maxSize);
  }

  #evict(limit: number): void {
    while (this.#size > limit && this.length > 0) {
      const name = this.#names[this.#oldest] as string; // the length is not zero
      const value = this.#values[this.#oldest] as string;
      this.#size -= name.length + value.length + ENTRY_OVERHEAD;
      this.#oldest++;
    }
    if (this.#oldest > 64 && this.#oldest * 2 > this.#names.length) {
      this.#names.splice(0, this.#oldest);
      this.#values.splice(0, this.#oldest);
      this.#oldest = 0;
    }
  }
}
