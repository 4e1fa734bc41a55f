import { areDigests, sameBytes } from "./bytes.js";
import { nodeHash } from "./merkle-hash.js";
import type { Sha256 } from "./sha256.js";
import type { MainTree } from "./tree-inclusion.js";

/**
 * Whether the terms show that the older tree is the beginning of the newer one (RFC 6962, 2.1.2, save that the older
 * root, or the whole part of it, always is the first term).
 */
export function isTreePrefix(
  sha256: Sha256,
  terms: readonly Uint8Array[],
  { older, newer }: { readonly older: MainTree; readonly newer: MainTree },
): boolean {
  if (older.size < 1n || older.size > newer.size || !areDigests(terms)) return false;
  const [first, ...rest] = terms;
  if (!first) return older.size === newer.size && sameBytes(older.root, newer.root);

  let [olderIndex, newerIndex] = [older.size - 1n, newer.size - 1n];
  const climb = () => {
    olderIndex /= 2n;
    newerIndex /= 2n;
  };
  while (olderIndex % 2n === 1n) climb();
  let [olderHash, newerHash] = [first, first];
  for (const term of rest) {
    if (olderIndex % 2n === 1n || olderIndex === newerIndex) {
      olderHash = nodeHash(sha256, term, olderHash);
      newerHash = nodeHash(sha256, term, newerHash);
      while (olderIndex % 2n === 0n && olderIndex !== 0n) climb();
    } else {
      newerHash = nodeHash(sha256, newerHash, term);
    }
    climb();
  }
  return sameBytes(olderHash, older.root) && sameBytes(newerHash, newer.root);
}
