import type { LedgerBytes } from "./ledger-entry.js";

/** A transaction with all that it wrote, save what has expired, as the server says; nothing is proven. */
export interface LedgerTransaction {
  readonly txId: bigint;
  /** When it was written, by the server's clock, in whole seconds. */
  readonly timestamp: Date;
  /** In the order they were written. */
  readonly entries: readonly LedgerTxEntry[];
}

/** A transaction that is proven to be in the ledger, and to have written exactly these entries. */
export interface VerifiedTransaction {
  readonly verified: true;
  readonly txId: bigint;
  /** When it was written, by the server's clock, in whole seconds. */
  readonly timestamp: Date;
  /** In the order they were written. The ledger proves the hashes of values, not the values: see {@link holds}. */
  readonly entries: readonly VerifiedTxEntry[];
  /** True if the transaction wrote this value under this key. */
  holds(key: LedgerBytes, value: LedgerBytes): boolean;
}

/** What a transaction wrote. */
export type LedgerTxEntry = LedgerTxValue | LedgerTxDeletion | LedgerTxReference | LedgerTxElement | LedgerTxOther;

/** What a transaction is proven to have written; of a `key` it is not known whether it got a value or a reference. */
export type VerifiedTxEntry = VerifiedTxKey | LedgerTxDeletion | LedgerTxElement | LedgerTxOther;

export interface LedgerTxValue {
  readonly kind: "value";
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly expiresAt: Date | undefined;
}

export interface LedgerTxDeletion {
  readonly kind: "deletion";
  readonly key: Uint8Array;
}

export interface LedgerTxReference {
  readonly kind: "reference";
  readonly key: Uint8Array;
  readonly target: Uint8Array;
  /** The transaction whose version of the target is meant; undefined for the latest. */
  readonly atTx: bigint | undefined;
}

export interface LedgerTxElement {
  readonly kind: "element";
  readonly set: Uint8Array;
  readonly score: number;
  readonly key: Uint8Array;
  /** The transaction whose version of the key is meant; undefined for the latest. */
  readonly atTx: bigint | undefined;
}

/** A row of SQL, a document, or what a later server knows besides. */
export interface LedgerTxOther {
  readonly kind: "other";
  /** As the ledger stores it. */
  readonly storedKey: Uint8Array;
}

export interface VerifiedTxKey {
  readonly kind: "key";
  readonly key: Uint8Array;
  /** SHA-256 of the value as the ledger stores it: behind a byte that says what it is. */
  readonly storedValueHash: Uint8Array;
  readonly expiresAt: Date | undefined;
}
