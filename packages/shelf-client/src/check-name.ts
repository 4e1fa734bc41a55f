const maxBytes = 511; // LMDB's limit of a key, which the name of a shelf is too

/**
 * A key that ShelfDB takes.
 *
 * @throws TypeError if it is no string, or one that UTF-8 cannot hold; RangeError if it has not 1 to 511 bytes.
 */
export function checkKey(key: string): string {
  return checkLength(checkString(key, "key"), "key");
}

/** The name of a shelf: as a key, and without NUL, at which ShelfDB would cut it. */
export function checkShelfName(name: string): string {
  if (checkString(name, "name of the shelf").includes("\0")) {
    throw new RangeError("Cannot use the name of the shelf: it has a NUL, where ShelfDB would cut it");
  }
  return checkLength(name, "name of the shelf");
}

/** The end of a range of keys, which may be longer than a key, or empty. */
export function checkString(value: string, what: string): string {
  if (typeof value !== "string") {
    throw new TypeError(`Cannot use the ${what}: it must be a string, got ${value === null ? "null" : typeof value}`);
  }
  if (/\p{Surrogate}/u.test(value)) throw new TypeError(`Cannot use the ${what}: it has half a surrogate pair`);
  return value;
}

function checkLength(value: string, what: string): string {
  const bytes = Buffer.byteLength(value);
  if (bytes > 0 && bytes <= maxBytes) return value;
  throw new RangeError(`Cannot use the ${what}: it must have 1 to ${maxBytes} bytes of UTF-8, it has ${bytes}`);
}
