import { checkText } from "./check-text.js";

/**
 * The bytes of an argument: as they are, or the UTF-8 of a string.
 *
 * @param name - The argument's name, for the error.
 * @throws TypeError if it is neither, or a string with half a surrogate pair, which UTF-8 cannot hold.
 */
export function toBytes(value: string | Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  if (typeof value === "string") return utf8.encode(checkText(value, name));
  if (value instanceof Uint8Array) return value as Uint8Array<ArrayBuffer>;
  throw new TypeError(
    `Cannot send the ${name}: it must be a string or a Uint8Array, got ${value === null ? "null" : typeof value}`,
  );
}

const utf8 = new TextEncoder();
