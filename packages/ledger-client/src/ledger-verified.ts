import type { CallOptions } from "@pumice/client-core";
import type { LedgerBytes, VerifiedEntry } from "./ledger-entry.js";
import type { LedgerGetOptions } from "./ledger-reads.js";
import type { VerifiedTransaction } from "./ledger-transaction.js";
import type {
  LedgerCommit,
  LedgerCommitOptions,
  LedgerEntries,
  LedgerNewElement,
  LedgerReference,
  LedgerSetOptions,
  LedgerWriteOptions,
} from "./ledger-writes.js";
import type { LedgerState } from "./verify/ledger-state.js";

/**
 * Calls whose answers are proven: that what was read or written is in the ledger, and that the ledger is the one that was
 * trusted before, with nothing changed or taken away. What is trusted moves on with each proof of something newer.
 *
 * Of a server that was never met, the first answer is believed; from then on it cannot go back on it.
 *
 * @throws {@link VerificationError} from each of them, if a proof does not hold, with the `step` that failed: its
 * subclasses are {@link ServerChangedError}, {@link ServerBehindError} and {@link ForkError}. What is trusted has not moved.
 * Asking again is of no use until somebody has looked into it.
 */
export interface LedgerVerified {
  /**
   * Writes a version of a key, and proves that it is in the ledger.
   *
   * Not repeated once the request may have been sent. When no answer comes, the client looks for the write by itself.
   *
   * @throws {@link CommitOutcomeUnknownError} if it could not be found out whether it was written.
   * @throws {@link ConflictError} if a precondition does not hold; nothing was written.
   * @throws {@link VerificationError} if the proof does not hold; the server may have written it nevertheless.
   */
  verifiedSet(key: LedgerBytes, value: LedgerBytes, options?: LedgerSetOptions): Promise<VerifiedCommit>;

  /** Writes several keys in one transaction, as {@link LedgerWrites.setAll} does, and proves that all are in the ledger. */
  verifiedSetAll(entries: LedgerEntries, options?: LedgerSetOptions): Promise<VerifiedCommit>;

  /**
   * Reads a key, and proves that the ledger holds this value under it.
   *
   * A key that stands for another is followed by a second call, so that the value is proven too.
   *
   * What no proof says: that the version is the latest one, or that of the revision asked for, and that a key is absent.
   *
   * @returns `undefined` if the server says that there is no such key or version, which is not proven.
   */
  verifiedGet(key: LedgerBytes, options?: LedgerGetOptions): Promise<VerifiedEntry | undefined>;

  /** Makes a key stand for another one, as {@link LedgerWrites.setReference} does, and proves it. */
  verifiedSetReference(reference: LedgerReference, options?: LedgerCommitOptions): Promise<VerifiedCommit>;

  /** Adds a key to a sorted set, as {@link LedgerWrites.zAdd} does, and proves it. */
  verifiedZAdd(element: LedgerNewElement, options?: LedgerWriteOptions): Promise<VerifiedCommit>;

  /**
   * Reads a transaction, and proves that it is in the ledger and wrote exactly these entries. So a plain write can be proven
   * later, by the `txId` that it gave.
   *
   * @returns `undefined` if the server says that there is no such transaction, which is not proven.
   * @example
   * const { txId } = await ledger.setAll({ a: "1", b: "2" });
   * const transaction = await ledger.verifiedTxById(txId);
   * transaction?.holds("a", "1"); // true
   */
  verifiedTxById(txId: bigint, options?: CallOptions): Promise<VerifiedTransaction | undefined>;

  /**
   * What is trusted now: the last transaction that was proven, and the hash over the history up to it. Asks the server if
   * nothing was trusted yet, and believes it. Publish it, and others can hold the server to it.
   */
  trustedState(options?: CallOptions): Promise<LedgerState>;
}

/** A write that is proven to be in the ledger. */
export interface VerifiedCommit extends LedgerCommit {
  readonly verified: true;
}
