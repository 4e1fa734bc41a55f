/**
 * A string argument that UTF-8 can hold.
 *
 * @param name - The argument's name, for the error.
 * @throws TypeError if it is no string, or one with half a surrogate pair, which would arrive as another text.
 */
export function checkText(value: string, name: string): string {
  if (typeof value !== "string") {
    throw new TypeError(`Cannot send the ${name}: it must be a string, got ${value === null ? "null" : typeof value}`);
  }
  if (halfPair.test(value)) {
    throw new TypeError(`Cannot send the ${name}: the string holds half a surrogate pair`);
  }
  return value;
}

/** Made once: as a literal at its place, bundlers for older targets make it anew with each call. */
const halfPair = /\p{Surrogate}/u;
