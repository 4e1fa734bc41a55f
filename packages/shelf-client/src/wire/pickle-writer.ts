import { op } from "./opcodes.js";

/** Protocol 4 is the newest that every Python in use reads; its frames and its memo may be left out. */
const protocol = 4;

/** Puts pickle opcodes one behind the other; knows nothing of which values are allowed. */
export class PickleWriter {
  private bytes: Buffer = Buffer.allocUnsafe(256);
  private length = 0;

  constructor() {
    this.opcode(op.proto);
    this.uint8(protocol);
  }

  opcode(code: number): void {
    this.uint8(code);
  }

  boolean(value: boolean): void {
    this.opcode(value ? op.newTrue : op.newFalse);
  }

  /** The smallest form that holds it. */
  int(value: bigint): void {
    if (value >= 0n && value <= 0xffn) {
      this.opcode(op.binInt1);
      this.uint8(Number(value));
    } else if (value >= 0n && value <= 0xffffn) {
      this.opcode(op.binInt2);
      this.makeRoom(2);
      this.length = this.bytes.writeUInt16LE(Number(value), this.length);
    } else if (BigInt.asIntN(32, value) === value) {
      this.opcode(op.binInt);
      this.makeRoom(4);
      this.length = this.bytes.writeInt32LE(Number(value), this.length);
    } else {
      this.opcode(op.long1);
      const bytes = twosComplement(value);
      this.uint8(bytes.length);
      this.raw(bytes);
    }
  }

  float(value: number): void {
    this.opcode(op.binFloat);
    this.makeRoom(8);
    this.length = this.bytes.writeDoubleBE(value, this.length);
  }

  text(value: string): void {
    const size = Buffer.byteLength(value);
    if (size < 256) {
      this.opcode(op.shortBinUnicode);
      this.uint8(size);
    } else {
      this.opcode(op.binUnicode);
      this.uint32(size);
    }
    this.makeRoom(size);
    this.length += this.bytes.write(value, this.length);
  }

  binary(value: Uint8Array): void {
    if (value.length < 256) {
      this.opcode(op.shortBinBytes);
      this.uint8(value.length);
    } else {
      this.opcode(op.binBytes);
      this.uint32(value.length);
    }
    this.raw(value);
  }

  /** What was written, ended by STOP. */
  finish(): Uint8Array {
    this.opcode(op.stop);
    return this.bytes.subarray(0, this.length);
  }

  private uint8(value: number): void {
    this.makeRoom(1);
    this.length = this.bytes.writeUInt8(value, this.length);
  }

  private uint32(value: number): void {
    this.makeRoom(4);
    this.length = this.bytes.writeUInt32LE(value, this.length);
  }

  private raw(value: Uint8Array): void {
    this.makeRoom(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
  }

  private makeRoom(size: number): void {
    if (this.length + size <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + size));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }
}

/** Little endian, as few bytes as hold the sign. */
function twosComplement(value: bigint): Uint8Array {
  let size = 1;
  while (BigInt.asIntN(size * 8, value) !== value) size++;
  const bytes = new Uint8Array(size);
  let rest = BigInt.asUintN(size * 8, value);
  for (let i = 0; i < size; i++, rest >>= 8n) bytes[i] = Number(rest & 0xffn);
  return bytes;
}
