import { leafHash, nodeHash } from "./merkle-hash.js";
import type { Sha256 } from "./sha256.js";

/** The root of a transaction's tree over the digests of its entries; the hash of nothing when there is none. */
export function entryTreeRoot(sha256: Sha256, digests: readonly Uint8Array[]): Uint8Array {
  let level = digests.map((digest) => leafHash(sha256, digest));
  while (level.length > 1) level = levelAbove(sha256, level);
  return level[0] ?? sha256(new Uint8Array());
}

function levelAbove(sha256: Sha256, level: readonly Uint8Array[]): Uint8Array[] {
  const above: Uint8Array[] = [];
  for (let index = 0; index < level.length; index += 2) {
    const [left, right] = level.slice(index, index + 2);
    if (left) above.push(right ? nodeHash(sha256, left, right) : left); // the odd last one moves up as it is
  }
  return above;
}
