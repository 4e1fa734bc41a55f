import type { StoredValue } from "./stored-value.js";

/** Which keys are wanted, and in which order. */
export interface Range {
  /** The first one that is in. @defaultValue the lowest */
  readonly start?: string | undefined;
  /** The first one that is out. @defaultValue none */
  readonly stop?: string | undefined;
  readonly descending?: boolean | undefined;
}

/** Values by their keys, in the order of the keys' UTF-8 bytes. Copying is quick: an array of references. */
export class SortedRecords {
  private constructor(
    private readonly names: string[],
    private readonly values: StoredValue[],
  ) {}

  static empty(): SortedRecords {
    return new SortedRecords([], []);
  }

  copy(): SortedRecords {
    return new SortedRecords([...this.names], [...this.values]);
  }

  get(key: string): StoredValue | undefined {
    const index = this.firstNotBelow(key);
    return this.names[index] === key ? this.values[index] : undefined;
  }

  /** @returns What was there before. */
  set(key: string, value: StoredValue): StoredValue | undefined {
    const index = this.firstNotBelow(key);
    if (this.names[index] === key) return this.values.splice(index, 1, value)[0];
    this.names.splice(index, 0, key);
    this.values.splice(index, 0, value);
    return undefined;
  }

  /** @returns What was there. */
  delete(key: string): StoredValue | undefined {
    const index = this.firstNotBelow(key);
    if (this.names[index] !== key) return undefined;
    this.names.splice(index, 1);
    return this.values.splice(index, 1)[0];
  }

  /** Bounds in the wrong order give nothing. What is written during the loop does not disturb it. */
  *keys({ start, stop, descending = false }: Range = {}): Generator<string> {
    const from = start === undefined ? 0 : this.firstNotBelow(start);
    const to = stop === undefined ? this.names.length : this.firstNotBelow(stop);
    const selected = this.names.slice(from, to);
    yield* descending ? selected.reverse() : selected;
  }

  private firstNotBelow(key: string): number {
    let low = 0;
    let high = this.names.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareCodePoints(this.names[middle] ?? "", key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The order of the UTF-8 bytes, which is that of the code points; JavaScript's own is that of UTF-16. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const order = rank(a.charCodeAt(i)) - rank(b.charCodeAt(i));
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

/** Surrogates, of which the characters above U+FFFF are made, go behind all other units. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
