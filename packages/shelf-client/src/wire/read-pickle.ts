import { Float } from "./float.js";
import { op } from "./opcodes.js";
import { PickleCall, PickleGlobal, PickleSet, PickleTuple } from "./pickle-objects.js";
import { WireError } from "./wire-error.js";

/**
 * What a pickle holds, without running anything of it: classes and functions stay names, calls stay calls.
 *
 * Dicts are Maps, which keep order and any key; ints are numbers where safe, else bigints; floats that are whole are
 * `Float`s; lists, tuples and sets are arrays, `PickleTuple`s and `PickleSet`s. An object that was memoized is the same
 * object wherever it occurs, so hostile bytes may hold a cycle. Bytes after STOP are ignored, as Python does.
 *
 * @throws WireError if the bytes are cut off, or use an opcode that plain data does not need.
 */
export function readPickle(bytes: Uint8Array): unknown {
  return new PickleReader(bytes).read();
}

const mark = Symbol("mark");

class PickleReader {
  private readonly view: DataView;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();
  private position = 0;

  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length); // a Buffer's slice() is another
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): unknown {
    for (;;) {
      const code = this.uint8();
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
      case op.frozenSet: this.push(new PickleSet(this.popToMark())); break;
      case op.global: this.push(new PickleGlobal(this.line(), this.line())); break;
      case op.stackGlobal: this.stackGlobal(); break;
      case op.reduce: case op.newObj: this.call(); break;
      case op.memoize: this.memo.set(this.memo.size, this.top()); break;
      case op.binPut: this.memo.set(this.uint8(), this.top()); break;
      case op.longBinPut: this.memo.set(this.uint32(), this.top()); break;
      case op.binGet: this.recall(this.uint8()); break;
      case op.longBinGet: this.recall(this.uint32()); break;
      default: throw new WireError(`Cannot read the pickle: opcode 0x${code.toString(16)} is for more than plain data`);
    }
  }

  private checkProtocol(protocol: number): void {
    if (protocol > 5) throw new WireError(`unsupported pickle protocol: ${protocol}`);
  }

  private append(items: readonly unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw new WireError("Cannot read the pickle: it appends to what is no list");
    for (const item of items) list.push(item);
  }

  private setItems(pairs: readonly unknown[]): void {
    const dict = this.top();
    if (!(dict instanceof Map)) throw new WireError("Cannot read the pickle: it sets items of what is no dict");
    for (let i = 0; i + 1 < pairs.length; i += 2) dict.set(pairs[i], pairs[i + 1]);
  }

  private addItems(items: readonly unknown[]): void {
    const set = this.pop();
    if (!(set instanceof PickleSet)) throw new WireError("Cannot read the pickle: it adds to what is no set");
    this.push(new PickleSet([...set.items, ...items]));
  }

  private stackGlobal(): void {
    const [module, name] = this.popMany(2);
    if (typeof module !== "string" || typeof name !== "string") {
      throw new WireError("Cannot read the pickle: the name of a class is no string");
    }
    this.push(new PickleGlobal(module, name));
  }

  private call(): void {
    const [callable, args] = this.popMany(2);
    if (!(args instanceof PickleTuple)) throw new WireError("Cannot read the pickle: arguments are no tuple");
    this.push(new PickleCall(callable, args.items));
  }

  private recall(index: number): void {
    if (!this.memo.has(index)) throw new WireError(`Cannot read the pickle: nothing is memoized as ${index}`);
    this.push(this.memo.get(index));
  }

  private push(value: unknown): void {
    this.stack.push(value);
  }

  private top(): unknown {
    const value = this.stack.at(-1);
    if (value === undefined || value === mark) throw new WireError("unpickling stack underflow");
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
    if (index < 0) throw new WireError("Cannot read the pickle: could not find MARK");
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
    let value = 0n;
    const bytes = this.slice(size);
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
    const signed = size === 0 ? 0n : BigInt.asIntN(size * 8, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  private text(size: number): string {
    const bytes = this.slice(size);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw new WireError("Cannot read the pickle: a string is not UTF-8", { cause });
    }
  }

  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) throw new WireError("pickle data was truncated");
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
    if (this.position + size > this.bytes.length) throw new WireError("pickle data was truncated");
    const start = this.position;
    this.position += size;
    return start;
  }
}

function toFloat(value: number): number | Float {
  return Number.isInteger(value) ? new Float(value) : value;
}
