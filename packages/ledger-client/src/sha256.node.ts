import { hash } from "node:crypto";
import type { Sha256 } from "./verify/sha256.js";

/** SHA-256 by Node's own crypto, in under a microsecond for what a proof hashes. */
export const sha256: Sha256 = (bytes) => {
  const { buffer, byteOffset, byteLength } = hash("sha256", bytes, "buffer");
  return new Uint8Array(buffer, byteOffset, byteLength); // no Buffer, whose slice() and toString() differ
};
