/**
 * The bytes of an argument: as they are, or the UTF-8 of a string.
 *
 * @param name - The argument's name, for the error.
 * @throws TypeError if it is neither, or a string with half a surrogate pair, which UTF-8 cannot hold.
 */
export function toBytes(value: string | Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  if (typeof value === "string") {
    if (/\p{Surrogate}/u.test(value)) {
      throw new TypeError(`Cannot encode the ${name}: the string holds half a surrogate pair, pass bytes instead`);
    }
    return new TextEncoder().encode(value);
  }
  if (value instanceof Uint8Array) return value as Uint8Array<ArrayBuffer>;
  throw new TypeError(`Cannot encode the ${name}: it must be a string or a Uint8Array, got ${describe(value)}`);
}

function describe(value: unknown): string {
  return value === null ? "null" : typeof value;
}
