export { accumulatedHash } from "./accumulated-hash.js";
export {
  checkVerifiableGet,
  type RequestedKey,
  type VerifiedReference,
  type VerifiedValue,
} from "./check-verifiable-get.js";
export { checkVerifiableTx, type VerifiedTx } from "./check-verifiable-tx.js";
export {
  checkVerifiableSet,
  checkVerifiableSetReference,
  checkVerifiableZAdd,
  type VerifiedWrite,
  type WrittenReference,
  type WrittenValue,
} from "./check-written.js";
export { failedDualProofStep, type HistorySpan } from "./dual-proof.js";
export { entryDigest, type HashedEntry } from "./entry-digest.js";
export type { EntryMetadata } from "./entry-metadata.js";
export type { CheckContext } from "./history-check.js";
export type { LedgerState } from "./ledger-state.js";
export type { ProvenTransaction } from "./proven-transaction.js";
export type { Sha256 } from "./sha256.js";
export { checkSignedState, type SignedAnswer, signedStateBytes, type VerifySignature } from "./signed-state.js";
export {
  type SortedSetElement,
  storedKey,
  storedReference,
  storedSortedSetKey,
  storedValue,
} from "./stored-entry.js";
export { type FailedVerification, VerificationError, type VerificationStep } from "./verification-error.js";
