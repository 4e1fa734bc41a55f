/** Bytes, or a value made of them, are not what the protocol allows. */
export class WireError extends Error {
  override readonly name = "WireError";
}
