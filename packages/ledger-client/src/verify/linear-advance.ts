import type { LinearAdvanceProof } from "@pumice/stubs/immudb";
import { chainedHash } from "./accumulated-hash.js";
import { areDigests, sameBytes } from "./bytes.js";
import type { LedgerState } from "./ledger-state.js";
import type { Sha256 } from "./sha256.js";
import { isInTree, type MainTree } from "./tree-inclusion.js";

/** The stretch of transactions that the older header's tree lagged behind. */
export interface LinearStretch {
  /** The size of the older header's tree. */
  readonly start: bigint;
  /** The last transaction of the stretch. */
  readonly end: LedgerState;
  /** The newer header's tree, which must hold them all. */
  readonly tree: MainTree;
}

/**
 * Whether each transaction that an older tree lagged behind is in the newer tree, as the one that the linear part showed.
 *
 * Without this a server could show two histories inside a long linear part: one by the chain, another by the tree.
 */
export function hasLinearAdvance(
  sha256: Sha256,
  proof: LinearAdvanceProof | undefined,
  { start, end, tree }: LinearStretch,
): boolean {
  const length = end.txId - start;
  if (length < 0n) return false;
  if (length <= 1n) return true; // nothing lagged behind, so nothing is to prove
  if (!proof) return false;
  const { linearProofTerms, inclusionProofs } = proof;
  const [first, ...innerHashes] = linearProofTerms;
  if (!first || !areDigests(linearProofTerms)) return false;
  if (BigInt(linearProofTerms.length) !== length || inclusionProofs.length !== innerHashes.length) return false;

  let [txId, txHash] = [start + 1n, first];
  for (const [index, inner] of innerHashes.entries()) {
    const terms = inclusionProofs[index]?.terms ?? [];
    if (!isInTree(sha256, terms, { leaf: { txId, txHash }, tree })) return false;
    txId += 1n;
    txHash = chainedHash(sha256, { txId, previous: txHash, inner });
  }
  return sameBytes(txHash, end.txHash);
}
