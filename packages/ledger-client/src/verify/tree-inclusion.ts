import { rootOfAuditPath } from "./audit-path.js";
import { areDigests, sameBytes } from "./bytes.js";
import type { LedgerState } from "./ledger-state.js";
import { leafHash } from "./merkle-hash.js";
import type { Sha256 } from "./sha256.js";

/** The main tree over the accumulated hashes of the transactions 1 to `size`. */
export interface MainTree {
  readonly size: bigint;
  readonly root: Uint8Array;
}

/** Whether the terms place a transaction in the main tree. */
export function isInTree(
  sha256: Sha256,
  terms: readonly Uint8Array[],
  { leaf, tree }: { readonly leaf: LedgerState; readonly tree: MainTree },
): boolean {
  if (leaf.txId < 1n || leaf.txId > tree.size || !areDigests(terms)) return false;
  if (leaf.txId < tree.size && terms.length === 0) return false;
  const place = { leafIndex: leaf.txId - 1n, lastIndex: tree.size - 1n, terms };
  const reached = rootOfAuditPath(sha256, leafHash(sha256, leaf.txHash), place);
  return reached !== undefined && sameBytes(reached, tree.root);
}
