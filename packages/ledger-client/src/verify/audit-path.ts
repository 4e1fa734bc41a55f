import { nodeHash } from "./merkle-hash.js";
import type { Sha256 } from "./sha256.js";

/** A leaf's place in a tree: both count from 0. */
export interface AuditPath {
  readonly leafIndex: bigint;
  readonly lastIndex: bigint;
  /** From the leaf upwards. */
  readonly terms: readonly Uint8Array[];
}

/** The root that an audit path leads to (RFC 6962, 2.1.1), or undefined if it has another length than the place asks for. */
export function rootOfAuditPath(
  sha256: Sha256,
  leaf: Uint8Array,
  { leafIndex, lastIndex, terms }: AuditPath,
): Uint8Array | undefined {
  let hash = leaf;
  let [index, last] = [leafIndex, lastIndex];
  for (const term of terms) {
    const isLeft = index % 2n === 0n && index !== last;
    hash = isLeft ? nodeHash(sha256, hash, term) : nodeHash(sha256, term, hash);
    index /= 2n;
    last /= 2n;
  }
  return index === last ? hash : undefined;
}
