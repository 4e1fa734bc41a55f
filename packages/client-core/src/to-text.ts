/**
 * The text that bytes hold as UTF-8, a byte order mark included.
 *
 * @param name - What the bytes are, for the error.
 * @throws TypeError if they are not UTF-8.
 */
export function toText(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new TypeError(`Cannot read the ${name} as text: it is not UTF-8, read its bytes instead`, { cause });
  }
}
