/**
 * Bytes as a string of the same length, one UTF-16 unit a byte: a key for a Map, and `<` compares it byte by byte.
 */
export function byteString(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** The bytes that a {@link byteString} stands for. */
export function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}
