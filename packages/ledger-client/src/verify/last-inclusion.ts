import { areDigests, sameBytes } from "./bytes.js";
import { leafHash, nodeHash } from "./merkle-hash.js";
import type { Sha256 } from "./sha256.js";
import type { MainTree } from "./tree-inclusion.js";

/** Whether the terms show that the tree's last leaf is the transaction with this accumulated hash. */
export function isLastInTree(
  sha256: Sha256,
  terms: readonly Uint8Array[],
  { txHash, tree }: { readonly txHash: Uint8Array; readonly tree: MainTree },
): boolean {
  if (tree.size < 1n || !areDigests(terms)) return false;
  // The last leaf has left neighbours only.
  const root = terms.reduce((hash, term) => nodeHash(sha256, term, hash), leafHash(sha256, txHash));
  return sameBytes(root, tree.root);
}
