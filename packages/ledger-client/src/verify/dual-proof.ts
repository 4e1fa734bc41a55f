import type { DualProof, TxHeader } from "@pumice/stubs/immudb";
import { accumulatedHash } from "./accumulated-hash.js";
import { isDigest, sameBytes } from "./bytes.js";
import { isLastInTree } from "./last-inclusion.js";
import type { LedgerState } from "./ledger-state.js";
import { hasLinearAdvance } from "./linear-advance.js";
import { isLinearlyLinked } from "./linear-proof.js";
import type { Sha256 } from "./sha256.js";
import { isTreePrefix } from "./tree-consistency.js";
import { isInTree, type MainTree } from "./tree-inclusion.js";
import type { VerificationStep } from "./verification-error.js";

/** Two points of a history, the older one first. */
export interface HistorySpan {
  readonly source: LedgerState;
  readonly target: LedgerState;
}

/**
 * Checks that the history up to the source is the beginning of the history up to the target.
 *
 * @returns The step that failed, or undefined if the proof holds.
 */
export function failedDualProofStep(
  sha256: Sha256,
  proof: DualProof,
  { source, target }: HistorySpan,
): VerificationStep | undefined {
  const { sourceTxHeader, targetTxHeader, targetBlTxAlh, linearProof } = proof;
  if (source.txId < 1n || source.txId > target.txId) return "header";
  if (!isHeaderOf(sha256, sourceTxHeader, source) || !isHeaderOf(sha256, targetTxHeader, target)) return "header";
  if (!linearProof) return "linear";

  const sourceTree = treeOf(sourceTxHeader);
  const tree = treeOf(targetTxHeader);
  const lastInTree: LedgerState = { txId: tree.size, txHash: targetBlTxAlh };
  const isSourceInTree = source.txId < tree.size;

  if (isSourceInTree && !isInTree(sha256, proof.inclusionProof, { leaf: source, tree })) return "tree-inclusion";
  if (sourceTree.size > 0n) {
    const trees = { older: sourceTree, newer: tree };
    if (!isTreePrefix(sha256, proof.consistencyProof, trees)) return "tree-consistency";
  }
  if (tree.size === 0n) {
    // Nothing covers this hash then, which the server fills with zeros.
    if (!isDigest(targetBlTxAlh) || targetBlTxAlh.some((byte) => byte !== 0)) return "last-inclusion";
  } else if (!isLastInTree(sha256, proof.lastInclusionProof, { txHash: targetBlTxAlh, tree })) {
    return "last-inclusion";
  }
  const from = isSourceInTree ? lastInTree : source;
  if (!isLinearlyLinked(sha256, linearProof, { from, to: target })) return "linear";
  const end = isSourceInTree ? source : lastInTree;
  const stretch = { start: sourceTree.size, end, tree };
  return hasLinearAdvance(sha256, proof.LinearAdvanceProof, stretch) ? undefined : "linear-advance";
}

function isHeaderOf(sha256: Sha256, header: TxHeader | undefined, state: LedgerState): header is TxHeader {
  if (header?.id !== state.txId) return false;
  const hash = accumulatedHash(sha256, header);
  return hash !== undefined && sameBytes(hash, state.txHash);
}

function treeOf({ blTxId, blRoot }: TxHeader): MainTree {
  return { size: blTxId, root: blRoot };
}
