import { decode } from "@msgpack/msgpack";
import { WireError } from "./wire-error.js";

/**
 * The value that an answer holds: one msgpack value, and nothing behind it.
 *
 * Integers are numbers where they are safe, else bigints. A whole float becomes a number like any other.
 *
 * @throws WireError if the bytes are empty, cut off, no msgpack, nested too deep, or hold what a plain object cannot:
 * keys that are no strings, `__proto__`.
 */
export function decodeAnswer(bytes: Uint8Array): unknown {
  if (bytes.length === 0) throw new WireError("Cannot read the answer: it is empty");
  try {
    // A plain view, so that bytes inside come out as Uint8Arrays, whatever came in.
    const view = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    return withSafeNumbers(decode(view, { useBigInt64: true, mapKeyConverter: checkKey }));
  } catch (cause) {
    throw new WireError(`Cannot read the answer: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** The library also takes numbers, and makes strings of them. */
function checkKey(key: unknown): string {
  if (typeof key === "string") return key;
  throw new TypeError(`a key of a map is no string, but a ${typeof key}`);
}

/** Changes what `decode` has just made, so nobody else can be looking. */
function withSafeNumbers(value: unknown): unknown {
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = withSafeNumbers(value[i]);
  } else if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    const record = value as Record<string, unknown>;
    for (const key in record) {
      const item = record[key];
      if (typeof item === "bigint" || typeof item === "object") record[key] = withSafeNumbers(item);
    }
  }
  return value;
}
