import type { TxHeader, VerifiableTx } from "@pumice/stubs/immudb";
import { accumulatedHash } from "./accumulated-hash.js";
import { failedDualProofStep } from "./dual-proof.js";
import type { LedgerState } from "./ledger-state.js";
import { rpcName } from "./rpc-name.js";
import type { Sha256 } from "./sha256.js";
import { VerificationError, type VerificationStep } from "./verification-error.js";

/** What every check needs besides the answer. */
export interface CheckContext {
  /** What is trusted: its `txId` went out as `proveSinceTx`. With `txId` 0 the answer is believed as it is. */
  readonly trusted: LedgerState;
  readonly sha256: Sha256;
}

/** A transaction that continues the trusted history, or is part of it. */
export interface ProvenHistory {
  /** Of the transaction asked for. */
  readonly header: TxHeader;
  /** What can be trusted from now on: the newer of the trusted state and the transaction. */
  readonly state: LedgerState;
}

/** Throws the refusal of an rpc's answer. */
export type Refuse = (step: VerificationStep, reason: string) => never;

/** @param rpc - The rpc's name in ImmuService. */
export function refusalOf(rpc: string): Refuse {
  return (step, reason) => {
    throw new VerificationError(`Cannot verify ${rpc}: ${reason}`, { step, rpc: rpcName(rpc) });
  };
}

/**
 * Ties the transaction that an answer is about to the trusted state, by the answer's dual proof.
 *
 * @param txId - The transaction asked for, or the one written.
 */
export function checkHistory(
  answer: VerifiableTx,
  txId: bigint,
  { trusted, sha256, refuse }: CheckContext & { readonly refuse: Refuse },
): ProvenHistory {
  const { dualProof } = answer;
  if (!dualProof) return refuse("answer", "it has no dual proof");
  const isNewer = trusted.txId <= txId;
  const header = isNewer ? dualProof.targetTxHeader : dualProof.sourceTxHeader;
  const txHash = header && accumulatedHash(sha256, header);
  if (!txHash || header.id !== txId) return refuse("header", `its header is not that of transaction ${txId}`);

  const proven: LedgerState = { txId, txHash };
  const first = trusted.txId === 0n ? proven : trusted; // a first answer is tied to itself
  const span = isNewer ? { source: first, target: proven } : { source: proven, target: first };
  const failed = failedDualProofStep(sha256, dualProof, span);
  if (failed) {
    refuse(failed, `the proof from transaction ${span.source.txId} to ${span.target.txId} fails at step ${failed}`);
  }
  return { header, state: span.target };
}
