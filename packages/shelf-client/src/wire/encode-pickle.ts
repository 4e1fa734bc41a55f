import { Float } from "./float.js";
import { op } from "./opcodes.js";
import { Named, PickleCall, PickleGlobal, PickleTuple } from "./pickle-objects.js";
import { PickleWriter } from "./pickle-writer.js";

/** Nesting that both generations store and give back; from about 1000 levels on they fail, one of them after storing. */
export const maxDepth = 900;

/**
 * The pickle of a value, as both generations of ShelfDB read it.
 *
 * Numbers that are whole and safe integers become ints, all others floats; wrap a whole one in `float()` to keep it a
 * float. Properties that are undefined are left out. The same object in two places is written twice.
 *
 * @param value - Plain data, with a `PickleCall` or a `Named` where wanted.
 * @param name - What the value is, which begins the path in errors.
 * @throws TypeError that names the path inside the value, if something cannot be represented or would make the shelf
 * unreadable: functions, symbols, instances of classes, cycles, keys that are no strings, `__proto__`,
 * `__shelfdb_type__`, half a surrogate pair, a hole in an array.
 * @throws RangeError that names the path, if an integer does not fit into 64 bits, or nesting is too deep.
 */
export function encodePickle(value: unknown, name = "value"): Uint8Array {
  const encoder = new Encoder(name);
  encoder.value(value);
  return encoder.writer.finish();
}

/** True for a key that would make the item unreadable: one that decoders refuse, or ShelfDB's own marker. */
export function isReservedKey(key: string): boolean {
  return key === "__proto__" || key === "__shelfdb_type__";
}

class Encoder {
  readonly writer = new PickleWriter();
  private path: (string | number)[] = [];
  private readonly open = new Set<object>();

  constructor(private name: string) {}

  value(value: unknown): void {
    const { writer } = this;
    if (value === null) writer.opcode(op.none);
    else if (typeof value === "boolean") writer.boolean(value);
    else if (typeof value === "number") this.number(value);
    else if (typeof value === "bigint") this.int(value);
    else if (typeof value === "string") this.text(value);
    else if (value instanceof Float) writer.float(value.value);
    else if (value instanceof Uint8Array) writer.binary(value);
    else if (value instanceof PickleGlobal) this.global(value);
    else if (value instanceof Named) this.named(value);
    else if (typeof value === "object") this.container(value);
    else this.refuse(value === undefined ? "undefined" : `a ${typeof value}`);
  }

  private number(value: number): void {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) this.writer.int(BigInt(value));
    else this.writer.float(value);
  }

  private int(value: bigint): void {
    if (value < -(2n ** 63n) || value >= 2n ** 64n) this.refuse("an integer that needs more than 64 bits", RangeError);
    this.writer.int(value);
  }

  private container(value: object): void {
    if (this.open.has(value)) this.refuse("a cycle");
    if (this.open.size >= maxDepth) this.refuse(`more than ${maxDepth} levels of nesting`, RangeError);
    this.open.add(value);
    if (Array.isArray(value)) this.list(value);
    else if (value instanceof PickleTuple) this.tuple(value.items);
    else if (value instanceof PickleCall) this.call(value);
    else this.dict(value);
    this.open.delete(value);
  }

  private list(items: readonly unknown[]): void {
    this.writer.opcode(op.emptyList);
    if (items.length > 0) this.items(items, op.appends);
  }

  private tuple(items: readonly unknown[]): void {
    if (items.length > 0) this.items(items, op.tuple);
    else this.writer.opcode(op.emptyTuple);
  }

  private items(items: readonly unknown[], end: number): void {
    this.writer.opcode(op.mark);
    for (let index = 0; index < items.length; index++) this.inside(index, items[index]);
    this.writer.opcode(end);
  }

  private dict(value: object): void {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) this.refuse(describeInstance(value));
    if (Object.getOwnPropertySymbols(value).length > 0) this.refuse("a key that is a symbol");
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    this.writer.opcode(op.emptyDict);
    if (entries.length === 0) return;
    this.writer.opcode(op.mark);
    for (const [key, item] of entries) {
      if (isReservedKey(key)) this.refuse(`the key ${key}`);
      this.text(key);
      this.inside(key, item);
    }
    this.writer.opcode(op.setItems);
  }

  private call({ callable, args }: PickleCall): void {
    this.value(callable);
    this.tuple(args);
    this.writer.opcode(op.reduce);
  }

  private global({ module, name }: PickleGlobal): void {
    this.text(module);
    this.text(name);
    this.writer.opcode(op.stackGlobal);
  }

  private named({ name, value }: Named): void {
    const [outerName, outerPath] = [this.name, this.path];
    [this.name, this.path] = [name, []];
    this.value(value);
    [this.name, this.path] = [outerName, outerPath];
  }

  private text(value: string): void {
    if (/\p{Surrogate}/u.test(value)) this.refuse("a string with half a surrogate pair");
    this.writer.text(value);
  }

  private inside(key: string | number, value: unknown): void {
    this.path.push(key);
    this.value(value);
    this.path.pop();
  }

  private refuse(found: string, type: typeof TypeError | typeof RangeError = TypeError): never {
    throw new type(`Cannot send ${this.name}${this.path.map(printStep).join("")}: ShelfDB cannot hold ${found}`);
  }
}

function printStep(key: string | number): string {
  return typeof key === "string" && /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function describeInstance(value: object): string {
  if (value instanceof Date) return "a Date, store its ISO string";
  if (value instanceof Map) return "a Map, whose keys may be anything";
  return `an instance of ${value.constructor?.name || "a class"}`;
}
