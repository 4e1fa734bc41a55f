import { Float } from "./float.js";
import { op } from "./opcodes.js";
import { PickleError } from "./pickle-error.js";
import { PickleCall, PickleGlobal, PickleSet, PickleTuple } from "./pickle-objects.js";

/** What a pickle's names and calls become; asked in the order of the pickle, may throw. */
export interface PickleNames {
  global(module: string, name: string): unknown;
  call(callable: unknown, args: readonly unknown[]): unknown;
}

const symbolic: PickleNames = {
  global: (module, name) => new PickleGlobal(module, name),
  call: (callable, args) => new PickleCall(callable, args),
};

/**
 * What a pickle holds, without running anything of it: classes and functions stay names, calls stay calls.
 *
 * Dicts are Maps, which keep order and any key; ints are numbers where safe, else bigints; floats that are whole are
 * `Float`s; lists, tuples and sets are arrays, `PickleTuple`s and `PickleSet`s. An object that was memoized is the same
 * object wherever it occurs, so hostile bytes may hold a cycle. Bytes after STOP are ignored, as Python does.
 *
 * @param names - What classes, functions and calls become instead.
 * @param maxValues - Values that the pickle may make: each costs far more memory than the byte that asks for it.
 * @throws PickleError, a WireError, if the bytes are cut off, or use an opcode that plain data does not need.
 */
export function readPickle(
  bytes: Uint8Array,
  names: PickleNames = symbolic,
  maxValues: number = Number.POSITIVE_INFINITY,
): unknown {
  return new PickleReader(bytes, names, maxValues).read();
}

const mark = Symbol("mark");

class PickleReader {
  private readonly view: DataView;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();
  private position = 0;

  private readonly bytes: Uint8Array;

  constructor(
    bytes: Uint8Array,
    private readonly names: PickleNames,
    private valuesLeft: number,
  ) {
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length); // a Buffer's slice() is another
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): unknown {
    for (;;) {
      const code = this.bytes[this.position++];
      if (code === undefined) throw new PickleError("EOFError", "Ran out of input");
      if (code === op.stop) return this.pop();
      this.step(code);
    }
  }

  // biome-ignore format: one opcode a line
  private step(code: number): void {
    switch (code) {
      case op.proto: this.checkProtocol(this.uint8()); break;
      case op.frame: this.take(8); break;
      case op.mark: this.push(mark); break;
      case op.none: this.push(null); break;
      case op.newTrue: this.push(true); break;
      case op.newFalse: this.push(false); break;
      case op.binInt1: this.push(this.uint8()); break;
      case op.binInt2: this.push(this.view.getUint16(this.take(2), true)); break;
      case op.binInt: this.push(this.view.getInt32(this.take(4), true)); break;
      case op.long1: this.push(this.long(this.uint8())); break;
      case op.long4: this.push(this.long(this.uint32())); break;
      case op.binFloat: this.push(toFloat(this.view.getFloat64(this.take(8)))); break;
      case op.shortBinUnicode: this.push(this.text(this.uint8())); break;
      case op.binUnicode: this.push(this.text(this.uint32())); break;
      case op.binUnicode8: this.push(this.text(this.uint64())); break;
      case op.shortBinBytes: this.push(this.slice(this.uint8())); break;
      case op.binBytes: this.push(this.slice(this.uint32())); break;
      case op.binBytes8: case op.bytearray8: this.push(this.slice(this.uint64())); break;
      case op.emptyList: this.push([]); break;
      case op.append: this.append([this.pop()]); break;
      case op.appends: this.append(this.popToMark()); break;
      case op.emptyTuple: this.push(new PickleTuple([])); break;
      case op.tuple: this.push(new PickleTuple(this.popToMark())); break;
      case op.tuple1: this.push(new PickleTuple(this.popMany(1))); break;
      case op.tuple2: this.push(new PickleTuple(this.popMany(2))); break;
      case op.tuple3: this.push(new PickleTuple(this.popMany(3))); break;
      case op.emptyDict: this.push(new Map()); break;
      case op.setItem: this.setItems(this.popMany(2)); break;
      case op.setItems: this.setItems(this.popToMark()); break;
      case op.emptySet: this.push(new PickleSet([])); break;
      case op.addItems: this.addItems(this.popToMark()); break;
      case op.frozenSet: this.push(new PickleSet(this.popToMark().map(hashable), true)); break;
      case op.global: this.push(this.names.global(this.line(), this.line())); break;
      case op.stackGlobal: this.stackGlobal(); break;
      case op.reduce: case op.newObj: this.call(); break;
      case op.memoize: this.remember(this.memo.size); break;
      case op.binPut: this.remember(this.uint8()); break;
      case op.longBinPut: this.remember(this.uint32()); break;
      case op.binGet: this.recall(this.uint8()); break;
      case op.longBinGet: this.recall(this.uint32()); break;
      default: throw unpickling(`invalid load key, '${printKey(code)}'.`);
    }
  }

  private checkProtocol(protocol: number): void {
    if (protocol > 5) throw new PickleError("ValueError", `unsupported pickle protocol: ${protocol}`);
  }

  private append(items: readonly unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw new PickleError("AttributeError", "object has no attribute 'append'");
    for (const item of items) list.push(item);
  }

  private setItems(pairs: readonly unknown[]): void {
    const dict = this.top();
    if (!(dict instanceof Map)) throw new PickleError("TypeError", "object does not support item assignment");
    if (pairs.length % 2 > 0) throw unpickling("odd number of items for SETITEMS");
    for (let i = 0; i < pairs.length; i += 2) dict.set(hashable(pairs[i]), pairs[i + 1]);
  }

  private addItems(items: readonly unknown[]): void {
    const set = this.top();
    if (!(set instanceof PickleSet)) throw new PickleError("AttributeError", "object has no attribute 'add'");
    const own = set.items as unknown[]; // made for it below, and nobody else has it before the end
    for (const item of items) own.push(hashable(item));
  }

  private stackGlobal(): void {
    const [module, name] = this.popMany(2);
    if (typeof module !== "string" || typeof name !== "string") {
      throw unpickling("STACK_GLOBAL requires str");
    }
    this.push(this.names.global(module, name));
  }

  private call(): void {
    const [callable, args] = this.popMany(2);
    if (!(args instanceof PickleTuple)) throw new PickleError("TypeError", "argument list must be a tuple");
    this.push(this.names.call(callable, args.items));
  }

  private recall(index: number): void {
    if (!this.memo.has(index)) throw unpickling(`Memo value not found at index ${index}`);
    this.push(this.memo.get(index));
  }

  private remember(index: number): void {
    this.spend();
    this.memo.set(index, this.top());
  }

  private spend(): void {
    this.valuesLeft -= 1;
    if (this.valuesLeft < 0) throw new PickleError("MemoryError", "");
  }

  private push(value: unknown): void {
    this.spend();
    this.stack.push(value);
  }

  private top(): unknown {
    const value = this.stack.at(-1);
    if (value === undefined) throw unpickling("unpickling stack underflow");
    if (value === mark) throw unpickling("unexpected MARK found");
    return value;
  }

  private pop(): unknown {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  private popMany(count: number): unknown[] {
    const found = Array.from({ length: count }, () => this.pop());
    return found.reverse();
  }

  private popToMark(): unknown[] {
    const index = this.stack.lastIndexOf(mark);
    if (index < 0) throw unpickling("could not find MARK");
    const items = this.stack.splice(index);
    return items.slice(1);
  }

  private uint8(): number {
    return this.view.getUint8(this.take(1));
  }

  private uint32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  private uint64(): number {
    return Number(this.view.getBigUint64(this.take(8), true));
  }

  private long(size: number): number | bigint {
    const bytes = Buffer.from(this.slice(size)).reverse();
    const signed = size === 0 ? 0n : BigInt.asIntN(size * 8, BigInt(`0x${bytes.toString("hex")}`)); // linear in size
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  private text(size: number): string {
    const bytes = this.slice(size);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw new PickleError("UnicodeDecodeError", "'utf-8' codec can't decode bytes", { cause });
    }
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) throw unpickling("pickle data was truncated");
    const text = this.text(end - this.position);
    this.position = end + 1;
    return text;
  }

  private slice(size: number): Uint8Array {
    const start = this.take(size);
    return this.bytes.slice(start, start + size);
  }

  /** Moves on and says where it was. */
  private take(size: number): number {
    if (this.position + size > this.bytes.length) throw unpickling("pickle data was truncated");
    const start = this.position;
    this.position += size;
    return start;
  }
}

function unpickling(message: string): PickleError {
  return new PickleError("UnpicklingError", message);
}

function printKey(code: number): string {
  return code > 0x1f && code < 0x7f ? String.fromCharCode(code) : `\\x${code.toString(16).padStart(2, "0")}`;
}

/** What may be a key, or an element of a set. */
function hashable(value: unknown): unknown {
  const type = Array.isArray(value) ? "list" : value instanceof Map ? "dict" : undefined;
  if (type === undefined) return value;
  throw new PickleError("TypeError", `unhashable type: '${type}'`);
}

function toFloat(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value;
}
