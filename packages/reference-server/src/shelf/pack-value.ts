import { Float, PickleTuple } from "@pumice/shelf-client/wire";
import { PythonError } from "./python-error.js";
import { pythonType } from "./python-type.js";

/** A value as msgpack, the form in which the servers store and send. */
export interface Packed {
  readonly bytes: Uint8Array;
  /** Containers inside each other: 0 for a number. */
  readonly height: number;
}

/** Containers inside each other that Python's msgpack packs. */
const maxHeight = 1025;

/**
 * Packs a value that came out of a pickle, or an answer made of such values: Maps, arrays, tuples, packed values.
 *
 * Written here, because the library keeps neither the order of keys that look like numbers, nor whole floats, nor
 * integers above 2^53 beside plain numbers.
 *
 * @param maxBytes - The memo of a pickle makes big values of few bytes.
 * @throws PythonError with the class and text of Python's msgpack for what it cannot hold.
 */
export function packValue(value: unknown, maxBytes: number = 1 << 28): Packed {
  const packer = new Packer(maxBytes);
  const height = packer.value(value, 0);
  return { bytes: packer.finish(), height };
}

/** Stands in an answer for a value that is packed already. */
export class PackedValue implements Packed {
  constructor(
    readonly bytes: Uint8Array,
    readonly height: number,
  ) {}
}

interface Part {
  readonly start: number;
  readonly end: number;
  readonly height: number;
}

class Packer {
  private buffer: Buffer = Buffer.allocUnsafe(256);
  private length = 0;
  /** What was packed, so that an object that occurs again is copied: a pickle can say so in two bytes. */
  private readonly parts = new Map<object, Part>();

  constructor(private readonly maxBytes: number) {}

  finish(): Uint8Array {
    return new Uint8Array(this.buffer.subarray(0, this.length));
  }

  /** @returns The height of the value. */
  value(value: unknown, depth: number): number {
    if (value === null) this.byte(0xc0);
    else if (typeof value === "boolean") this.byte(value ? 0xc3 : 0xc2);
    else if (typeof value === "string") this.text(value);
    else if (typeof value === "bigint") this.int(value);
    else if (typeof value === "number") this.number(value);
    else if (value instanceof Float) this.float(value.value);
    else if (value instanceof Uint8Array) this.binary(value);
    else if (typeof value === "object") return this.container(value as object, depth);
    else throw new PythonError("TypeError", `can not serialize '${pythonType(value)}' object`);
    return 0;
  }

  private container(value: object, depth: number): number {
    if (value instanceof PackedValue) return this.copy(value.bytes, value.height, depth);
    const part = this.parts.get(value);
    if (part) return this.copy(this.buffer.subarray(part.start, part.end), part.height, depth);
    checkHeight(depth + 1); // also the end of a cycle
    const start = this.length;
    let height = 0;
    if (value instanceof Map) {
      this.head(value.size, 0x80, 16, [undefined, 0xde, 0xdf]);
      for (const [key, item] of value) {
        height = Math.max(height, this.value(key, depth + 1), this.value(item, depth + 1));
      }
    } else {
      const items = value instanceof PickleTuple ? value.items : value;
      if (!Array.isArray(items)) throw new PythonError("TypeError", `can not serialize '${pythonType(value)}' object`);
      this.head(items.length, 0x90, 16, [undefined, 0xdc, 0xdd]);
      for (const item of items) height = Math.max(height, this.value(item, depth + 1));
    }
    this.parts.set(value, { start, end: this.length, height: height + 1 });
    return height + 1;
  }

  private copy(bytes: Uint8Array, height: number, depth: number): number {
    checkHeight(depth + height);
    this.room(bytes.length).set(bytes, this.length);
    this.length += bytes.length;
    return height;
  }

  private number(value: number): void {
    if (Number.isInteger(value)) this.int(BigInt(value));
    else this.float(value);
  }

  private int(value: bigint): void {
    if (value >= -32n && value < 0x80n) this.byte(Number(value) & 0xff);
    else if (value >= 0n) this.unsigned(value);
    else this.signed(value);
  }

  private unsigned(value: bigint): void {
    if (value >= 1n << 64n) throw new PythonError("OverflowError", "Integer value out of range");
    if (value < 0x1_0000_0000n) this.sized(Number(value), [0xcc, 0xcd, 0xce]);
    else {
      this.byte(0xcf);
      this.length = this.room(8).writeBigUInt64BE(value, this.length);
    }
  }

  private signed(value: bigint): void {
    if (value < -(1n << 63n)) throw new PythonError("OverflowError", "Integer value out of range");
    const bits = [8, 16, 32, 64].find((size) => BigInt.asIntN(size, value) === value) ?? 64;
    this.byte(0xd0 + Math.log2(bits / 8));
    const unsigned = BigInt.asUintN(bits, value);
    for (let shift = bits - 8; shift >= 0; shift -= 8) this.byte(Number((unsigned >> BigInt(shift)) & 0xffn));
  }

  private float(value: number): void {
    this.byte(0xcb);
    this.length = this.room(8).writeDoubleBE(value, this.length);
  }

  private text(value: string): void {
    const size = Buffer.byteLength(value);
    this.head(size, 0xa0, 32, [0xd9, 0xda, 0xdb]);
    this.length += this.room(size).write(value, this.length);
  }

  private binary(value: Uint8Array): void {
    this.sized(value.length, [0xc4, 0xc5, 0xc6]);
    this.copy(value, 0, 0);
  }

  private head(size: number, fix: number, fixSizes: number, codes: Codes): void {
    if (size < fixSizes) this.byte(fix | size);
    else this.sized(size, codes);
  }

  /** A code that says how long the number behind it is; the first one may be missing. */
  private sized(size: number, [one, two, four]: Codes): void {
    if (size < 0x100 && one !== undefined) {
      this.byte(one);
      this.byte(size);
    } else if (size < 0x1_0000) {
      this.byte(two);
      this.length = this.room(2).writeUInt16BE(size, this.length);
    } else {
      this.byte(four);
      this.length = this.room(4).writeUInt32BE(size, this.length);
    }
  }

  private byte(value: number): void {
    this.length = this.room(1).writeUInt8(value, this.length);
  }

  private room(size: number): Buffer {
    const needed = this.length + size;
    if (needed > this.maxBytes) throw new PythonError("MemoryError", "");
    if (needed > this.buffer.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.buffer.length * 2));
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    return this.buffer;
  }
}

/** For numbers of one, two and four bytes. */
type Codes = readonly [number | undefined, number, number];

function checkHeight(height: number): void {
  if (height > maxHeight) throw new PythonError("ValueError", "recursion limit exceeded.");
}
