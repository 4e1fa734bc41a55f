import { concatBytes } from "./bytes.js";
import type { Sha256 } from "./sha256.js";

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** The hash of a leaf (RFC 6962, 2.1): its first byte tells it from a node. */
export function leafHash(sha256: Sha256, leaf: Uint8Array): Uint8Array {
  return sha256(concatBytes(leafPrefix, leaf));
}

/** The hash of an inner node over its two children (RFC 6962, 2.1). */
export function nodeHash(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes(nodePrefix, left, right));
}
