import type { LinearProof } from "@pumice/stubs/immudb";
import { chainedHash } from "./accumulated-hash.js";
import { areDigests, sameBytes } from "./bytes.js";
import type { LedgerState } from "./ledger-state.js";
import type { Sha256 } from "./sha256.js";

/** Whether the proof leads from one transaction to a later one, or the same, header by header. */
export function isLinearlyLinked(
  sha256: Sha256,
  proof: LinearProof,
  { from, to }: { readonly from: LedgerState; readonly to: LedgerState },
): boolean {
  const { sourceTxId, TargetTxId: targetTxId, terms } = proof;
  if (sourceTxId !== from.txId || targetTxId !== to.txId || from.txId < 1n || from.txId > to.txId) return false;
  const [first, ...innerHashes] = terms;
  if (!first || !areDigests(terms) || BigInt(innerHashes.length) !== to.txId - from.txId) return false;
  if (!sameBytes(first, from.txHash)) return false;
  const reached = innerHashes.reduce((hash, inner, index) => {
    return chainedHash(sha256, { txId: from.txId + BigInt(index) + 1n, previous: hash, inner });
  }, first);
  return sameBytes(reached, to.txHash);
}
