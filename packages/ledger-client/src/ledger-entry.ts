/** A key, a value or the name of a set: bytes as they are, or a string that is sent as UTF-8. */
export type LedgerBytes = string | Uint8Array;

/** A key with its value. */
export interface LedgerValue {
  readonly keyBytes: Uint8Array;
  /**
   * The key as text.
   *
   * @throws TypeError if its bytes are not UTF-8: read `keyBytes`.
   */
  readonly key: string;
  /** The value. */
  readonly bytes: Uint8Array;
  /**
   * The value as text.
   *
   * @throws TypeError if its bytes are not UTF-8: read `bytes`.
   */
  text(): string;
  /**
   * The value parsed as JSON.
   *
   * @throws SyntaxError if it is not JSON, TypeError if it is not UTF-8.
   */
  json(): unknown;
  /** The transaction that wrote the value. */
  readonly txId: bigint;
  /** When the entry ceases to be found; undefined if it does not. */
  readonly expiresAt: Date | undefined;
}

/** A key with its value, as the server says; nothing is proven. */
export interface LedgerEntry extends LedgerValue {
  /** Counts the versions of the key from 1, deletions too; undefined where the server does not say it. */
  readonly revision: bigint | undefined;
  /** How the entry was found, if by a key that stands for this one. */
  readonly referencedBy: LedgerReferrer | undefined;
}

/** A version of a key. */
export interface LedgerVersion extends LedgerEntry {
  /** The version is the key's deletion: it has no value. */
  readonly deleted: boolean;
  /** The version has expired, and the server no longer shows its value. */
  readonly expired: boolean;
}

/** A key that stands for another. */
export interface LedgerReferrer {
  readonly keyBytes: Uint8Array;
  /** @throws TypeError if its bytes are not UTF-8: read `keyBytes`. */
  readonly key: string;
  /** The transaction that made it one. */
  readonly txId: bigint;
  /** The transaction whose version of the other key is meant; undefined for the latest. */
  readonly atTx: bigint | undefined;
}

/** An entry that is proven to be in the ledger. What no proof covers is not here: a revision's number, for one. */
export interface VerifiedEntry extends LedgerValue {
  readonly verified: true;
  /** When the transaction was written, by the server's clock; from its proven header. */
  readonly timestamp: Date;
  /** How the entry was found, if by a key that stands for this one; proven as well. */
  readonly referencedBy: LedgerReferrer | undefined;
}

/** An element of a sorted set. */
export interface LedgerElement {
  readonly score: number;
  /** The transaction whose version of the key is meant; undefined for the latest. */
  readonly atTx: bigint | undefined;
  readonly entry: LedgerEntry;
}
