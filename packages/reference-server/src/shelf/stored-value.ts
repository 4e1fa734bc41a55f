import { PickleTuple } from "@pumice/shelf-client/wire";
import { PackedValue, packValue } from "./pack-value.js";
import { PythonError } from "./python-error.js";
import { pythonType } from "./python-type.js";

/** Containers inside each other that Python's msgpack unpacks: one fewer than it packs. */
const maxHeight = 1024;
const maxBytes = 1 << 26;

/** A value on a shelf: what it is, and how it is stored. */
export class StoredValue {
  readonly packed: PackedValue;
  private readonly plain: unknown;
  private readonly flaw: PythonError | undefined;

  /** @throws PythonError if msgpack cannot hold it. */
  constructor(value: unknown) {
    const { bytes, height } = packValue(value, maxBytes);
    this.packed = new PackedValue(bytes, height);
    this.flaw = height > maxHeight ? new PythonError("StackError", "") : undefined;
    const reader = new StoredForm();
    this.plain = this.flaw ? undefined : reader.of(value);
    this.flaw ??= reader.flaw;
  }

  /** Bytes that it takes in the database. */
  get size(): number {
    return this.packed.bytes.length;
  }

  /**
   * The value with lists in the place of tuples.
   *
   * @throws PythonError if it can be stored, but not read again: keys of a dict that are no strings.
   */
  load(): unknown {
    if (this.flaw) throw this.flaw;
    return this.plain;
  }
}

/** Makes of a value what unpacking it would give; one object in many places stays one. */
class StoredForm {
  flaw: PythonError | undefined;
  private readonly made = new Map<object, unknown>();

  of(value: unknown): unknown {
    const items = value instanceof PickleTuple ? value.items : value;
    if (!Array.isArray(items) && !(items instanceof Map)) return value;
    const known = this.made.get(items);
    if (known !== undefined) return known;
    const copy = Array.isArray(items) ? items.map((item) => this.of(item)) : this.ofDict(items);
    this.made.set(items, copy);
    return copy;
  }

  private ofDict(dict: ReadonlyMap<unknown, unknown>): unknown {
    const entries: [unknown, unknown][] = [];
    for (const [key, item] of dict) {
      this.checkKey(key);
      entries.push([key, this.of(item)]);
    }
    return new Map(entries);
  }

  private checkKey(key: unknown): void {
    if (typeof key === "string" || key instanceof Uint8Array) return;
    const type = key instanceof PickleTuple ? "list" : pythonType(key);
    this.flaw ??= new PythonError("ValueError", `${type} is not allowed for map key when strict_map_key=True`);
  }
}
