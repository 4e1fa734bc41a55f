import { staticTable } from "./static-table.js";

/** Tells the peer's decoder that we use no dynamic table: a size update to 0 (RFC 7541 section 6.3). */
export const noDynamicTable: Uint8Array = Uint8Array.of(0x20);

/** Values a proxy must not put into its table either (RFC 7541 section 7.1.3). */
const SECRET_NAMES: ReadonlySet<string> = new Set(["authorization", "cookie", "proxy-authorization"]);

/**
 * Encodes header fields as literals without indexing (RFC 7541 section 6.2.2), names by their static index.
 *
 * Nothing refers to the dynamic table, so a block made once fits every connection and can be sent any number of times,
 * and blocks can be joined. Plain text instead of Huffman costs some bytes and saves the time of both ends.
 *
 * @param fields - Names and values in turn, valid and in lower case.
 */
export function encodeHeaders(fields: readonly string[]): Uint8Array {
  let room = 0;
  for (const text of fields) room += text.length + 6;
  const target = Buffer.allocUnsafe(room);
  let position = 0;
  for (let i = 0; i + 1 < fields.length; i += 2) {
    position = writeField(target, position, fields[i] as string, fields[i + 1] as string); // within bounds
  }
  return target.subarray(0, position);
}

function writeField(target: Buffer, start: number, name: string, value: string): number {
  const whole = WHOLE_FIELDS.get(name)?.get(value);
  if (whole !== undefined) return writeInteger(target, start, 0x80, 7, whole);
  const kind = SECRET_NAMES.has(name) ? 0x10 : 0x00;
  const index = NAMES.get(name);
  let position = writeInteger(target, start, kind, 4, index ?? 0);
  if (index === undefined) position = writeString(target, position, name);
  return writeString(target, position, value);
}

function writeString(target: Buffer, start: number, text: string): number {
  const position = writeInteger(target, start, 0x00, 7, text.length);
  return position + target.write(text, position, "latin1");
}

/** RFC 7541 section 5.1. */
function writeInteger(target: Buffer, start: number, pattern: number, prefixBits: number, value: number): number {
  const mask = (1 << prefixBits) - 1;
  if (value < mask) {
    target[start] = pattern | value;
    return start + 1;
  }
  target[start] = pattern | mask;
  let position = start + 1;
  let rest = value - mask;
  while (rest >= 0x80) {
    target[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[position++] = rest;
  return position;
}

/** The lowest index of each name in the static table. */
const NAMES: ReadonlyMap<string, number> = /* @__PURE__ */ new Map(
  staticTable.map(([name], row) => [name, row + 1] as const).reverse(),
);

/** The index of each field that is in the static table with its value. */
const WHOLE_FIELDS: ReadonlyMap<string, ReadonlyMap<string, number>> = /* @__PURE__ */ wholeFields();

function wholeFields(): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const fields = new Map<string, Map<string, number>>();
  for (const [row, [name, value]] of staticTable.entries()) {
    const values = fields.get(name) ?? new Map<string, number>();
    if (value !== "") values.set(value, row + 1);
    fields.set(name, values);
  }
  return fields;
}
