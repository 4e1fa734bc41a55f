import { DynamicTable } from "./dynamic-table.js";
import { ErrorCode } from "./error-code.js";
import { decodedHuffmanBound, decodeHuffman } from "./huffman.js";
import { ProtocolError } from "./protocol-error.js";
import { staticTable } from "./static-table.js";

export interface HpackDecoderOptions {
  /** What we announce as SETTINGS_HEADER_TABLE_SIZE. @defaultValue 4096 */
  readonly maxTableSize?: number | undefined;
  /** Coded bytes of a value that are kept; the rest is passed over. @defaultValue 65536 */
  readonly maxValueBytes?: number | undefined;
  /** Bytes of a block's names and values, after which only names of `keep` are still collected. @defaultValue 262144 */
  readonly maxListBytes?: number | undefined;
  /** Names that a list over its limit still takes in, such as the status that ends a call. */
  readonly keep?: ReadonlySet<string> | undefined;
}

/** A representation that is not all there yet. */
const INCOMPLETE = -1;
/** A name beyond this is no header of anybody. */
const MAX_NAME_BYTES = 16_384;
/** Names to keep are few: a list that repeats them is an attack. */
const MAX_KEPT_FIELDS = 16;
const EMPTY: Buffer = Buffer.alloc(0);

/**
 * Decodes the header blocks of one connection, in the order they arrive (RFC 7541).
 *
 * A block may come in any number of fragments, each decoded as far as it goes: nothing of a block is collected but its
 * result. An oversized value keeps its first part and an oversized list its first fields; the table stays exact, as an
 * entry longer than the table empties it whatever its text (section 4.4).
 */
export class HpackDecoder {
  readonly #table: DynamicTable;
  readonly #maxTableSize: number;
  readonly #maxValueBytes: number;
  readonly #maxListBytes: number;
  readonly #keep: ReadonlySet<string>;

  #fields: string[] = [];
  #listBytes = 0;
  /** Fields that may still be taken in beyond the limit. */
  #keepable = MAX_KEPT_FIELDS;
  /** The start of a representation whose end has not arrived. */
  #unfinished: Buffer = EMPTY;
  /** Bytes of a cut value that are still to be passed over. */
  #toSkip = 0;
  #sizeUpdateAllowed = true;

  #scratch: Buffer = Buffer.allocUnsafe(1024);
  /** Where the integer or string that was read last ends. */
  #position = 0;
  #wasCut = false;

  constructor(options: HpackDecoderOptions = {}) {
    this.#maxTableSize = options.maxTableSize ?? 4096;
    // A cut value must be sure to exceed the table, however well it was compressed (30 bits a symbol at most).
    this.#maxValueBytes = Math.max(options.maxValueBytes ?? 65_536, this.#maxTableSize * 4);
    this.#maxListBytes = options.maxListBytes ?? 262_144;
    this.#keep = options.keep ?? new Set();
    this.#table = new DynamicTable(this.#maxTableSize);
  }

  /** Changes whenever the dynamic table does: the same bytes may mean something else then. */
  get revision(): number {
    return this.#table.revision;
  }

  /** Takes the next fragment of the block. @throws {@link ProtocolError} COMPRESSION_ERROR: the connection must end. */
  push(fragment: Uint8Array): void {
    let bytes: Buffer = Buffer.from(fragment.buffer, fragment.byteOffset, fragment.byteLength);
    let position = 0;
    if (this.#toSkip > 0) {
      position = Math.min(this.#toSkip, bytes.length);
      this.#toSkip -= position;
    } else if (this.#unfinished.length > 0) {
      bytes = Buffer.concat([this.#unfinished, fragment]);
      this.#unfinished = EMPTY;
    }
    while (position < bytes.length) {
      const next = this.#representation(bytes, position);
      if (next === INCOMPLETE) {
        this.#unfinished = bytes.subarray(position);
        return;
      }
      position = next;
    }
  }

  /** Ends the block: names and values in turn. @throws {@link ProtocolError} if the block ends too early. */
  finish(): string[] {
    if (this.#unfinished.length > 0 || this.#toSkip > 0) throw broken("the block ends inside a field");
    const fields = this.#fields;
    this.#fields = [];
    this.#listBytes = 0;
    this.#keepable = MAX_KEPT_FIELDS;
    this.#sizeUpdateAllowed = true;
    return fields;
  }

  /** Decodes one field or instruction at `start`; returns where the next one begins (RFC 7541 section 6). */
  #representation(bytes: Buffer, start: number): number {
    const first = bytes[start] as number; // the caller checked the length
    if (first >= 0x80) return this.#indexed(bytes, start);
    if (first >= 0x40) return this.#literal(bytes, start, 6, true);
    if (first >= 0x20) return this.#sizeUpdate(bytes, start);
    return this.#literal(bytes, start, 4, false);
  }

  #indexed(bytes: Buffer, start: number): number {
    const index = this.#integer(bytes, start, 7);
    if (index === INCOMPLETE) return INCOMPLETE;
    this.#collect(this.#nameAt(index), this.#valueAt(index));
    return this.#position;
  }

  #literal(bytes: Buffer, start: number, prefixBits: number, addToTable: boolean): number {
    const index = this.#integer(bytes, start, prefixBits);
    if (index === INCOMPLETE) return INCOMPLETE;
    let name: string | undefined;
    if (index > 0) {
      name = this.#nameAt(index);
    } else {
      name = this.#string(bytes, this.#position, MAX_NAME_BYTES);
      if (name === undefined) return INCOMPLETE;
      if (this.#wasCut) throw new ProtocolError("A header name is too long", ErrorCode.EnhanceYourCalm);
    }
    const value = this.#string(bytes, this.#position, this.#maxValueBytes);
    if (value === undefined) return INCOMPLETE;

    if (addToTable) {
      if (this.#wasCut) this.#table.clear();
      else this.#table.add(name, value);
    }
    this.#collect(name, value);
    if (this.#position <= bytes.length) return this.#position;
    this.#toSkip = this.#position - bytes.length;
    return bytes.length;
  }

  /** RFC 7541 section 6.3; section 4.2 allows it at the start of a block only. */
  #sizeUpdate(bytes: Buffer, start: number): number {
    const size = this.#integer(bytes, start, 5);
    if (size === INCOMPLETE) return INCOMPLETE;
    if (!this.#sizeUpdateAllowed) throw broken("a table size update comes after a field");
    if (size > this.#maxTableSize) throw broken(`a table of ${size} bytes exceeds the limit of ${this.#maxTableSize}`);
    this.#table.resize(size);
    return this.#position;
  }

  #collect(name: string, value: string): void {
    this.#sizeUpdateAllowed = false;
    this.#listBytes += name.length + value.length + 32;
    if (this.#listBytes > this.#maxListBytes && (!this.#keep.has(name) || --this.#keepable < 0)) return;
    this.#fields.push(name, value);
  }

  #nameAt(index: number): string {
    const row = staticTable[index - 1];
    return row ? row[0] : this.#table.nameAt(this.#dynamicIndex(index));
  }

  #valueAt(index: number): string {
    const row = staticTable[index - 1];
    return row ? row[1] : this.#table.valueAt(this.#dynamicIndex(index));
  }

  #dynamicIndex(index: number): number {
    const dynamicIndex = index - 1 - staticTable.length;
    if (dynamicIndex < 0 || dynamicIndex >= this.#table.length) throw broken(`no table entry has index ${index}`);
    return dynamicIndex;
  }

  /** RFC 7541 section 5.1. */
  #integer(bytes: Buffer, start: number, prefixBits: number): number {
    const mask = (1 << prefixBits) - 1;
    let value = (bytes[start] as number) & mask; // the caller checked the length
    this.#position = start + 1;
    if (value < mask) return value;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[this.#position];
      if (byte === undefined) return INCOMPLETE;
      if (shift > 21) throw broken("an integer is too large");
      this.#position++;
      value += (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  /** RFC 7541 section 5.2. Undefined if it is incomplete; of one longer than `limit` the first part. */
  #string(bytes: Buffer, start: number, limit: number): string | undefined {
    const lead = bytes[start];
    if (lead === undefined) return undefined;
    const length = this.#integer(bytes, start, 7);
    if (length === INCOMPLETE) return undefined;
    const begin = this.#position;
    this.#wasCut = length > limit;
    const end = begin + (this.#wasCut ? limit : length);
    if (end > bytes.length) return undefined;
    this.#position = begin + length;
    return lead >= 0x80 ? this.#huffmanText(bytes, begin, end) : bytes.toString("latin1", begin, end);
  }

  #huffmanText(bytes: Buffer, start: number, end: number): string {
    const room = decodedHuffmanBound(end - start);
    if (this.#scratch.length < room) this.#scratch = Buffer.allocUnsafe(room);
    const length = decodeHuffman(bytes, start, end, this.#scratch, this.#wasCut);
    if (length < 0) throw broken("a Huffman string is malformed");
    return this.#scratch.toString("latin1", 0, length);
  }
}

function broken(what: string): ProtocolError {
  return new ProtocolError(`Cannot decode headers: ${what}`, ErrorCode.CompressionError);
}
