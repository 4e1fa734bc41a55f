import type { CallOptions } from "@pumice/client-core";
import type { LedgerBytes } from "./ledger-entry.js";

/**
 * Writes that are not proven at once; {@link LedgerVerified.verifiedTxById} proves them later by their `txId`. None is
 * repeated once it may have been sent, unless `retry: "always"` says so. Keys have 1 to 1023 bytes, a transaction at most
 * 1024 entries, a message 32 MiB; what is larger is a RangeError, and nothing was sent.
 *
 * @throws {@link CommitOutcomeUnknownError} from each of them, if it was sent and no answer came.
 * @throws {@link ConflictError} from those that take preconditions, if one does not hold; nothing was written.
 */
export interface LedgerWrites {
  /**
   * Writes a version of a key.
   *
   * @param key - Bytes, or a string that is sent as UTF-8.
   * @param value - Likewise; may be empty. Bytes must not change until the call has ended.
   */
  set(key: LedgerBytes, value: LedgerBytes, options?: LedgerSetOptions): Promise<LedgerCommit>;

  /**
   * Writes several keys in one transaction: all of them, or none.
   *
   * @param entries - An object, a Map, or pairs of key and value; at least one, and no key twice.
   */
  setAll(entries: LedgerEntries, options?: LedgerSetOptions): Promise<LedgerCommit>;

  /**
   * Marks keys as deleted, in one transaction; their history stays.
   *
   * @param keys - One, or a list.
   * @throws {@link NotFoundError} if one of them is missing, deleted or expired already; none was deleted.
   */
  delete(keys: LedgerBytes | readonly LedgerBytes[], options?: LedgerDeleteOptions): Promise<LedgerCommit>;

  /**
   * Runs values, references and elements of sorted sets in one transaction: all of them, or none. They may refer to keys
   * that the same list sets.
   *
   * @example
   * await ledger.execAll([
   *   { set: ["invoice:2", "open"] },
   *   { setReference: { key: "newest", target: "invoice:2" } },
   *   { zAdd: { set: "by-total", score: 100, key: "invoice:2" } },
   * ]);
   */
  execAll(operations: readonly LedgerOperation[], options?: LedgerCommitOptions): Promise<LedgerCommit>;

  /**
   * Makes a key stand for another one.
   *
   * @throws {@link NotFoundError} if the target is missing.
   * @throws {@link PumiceError} `FailedPrecondition` if the target is a reference itself, or the key holds a value.
   */
  setReference(reference: LedgerReference, options?: LedgerCommitOptions): Promise<LedgerCommit>;

  /**
   * Adds a key to a sorted set. With another score the same key is another element; none is ever removed.
   *
   * @throws {@link NotFoundError} if the key is missing.
   * @throws RangeError if the score is not a number >= 0: immudb puts negative scores behind all others.
   */
  zAdd(element: LedgerNewElement, options?: LedgerWriteOptions): Promise<LedgerCommit>;
}

/** What the server says of a write. */
export interface LedgerCommit {
  /** The transaction that wrote it. */
  readonly txId: bigint;
  /** When, by the server's clock, in whole seconds. */
  readonly timestamp: Date;
  /** Entries that the transaction wrote. */
  readonly entryCount: number;
}

/** Keys with their values. */
export type LedgerEntries =
  | Iterable<readonly [key: LedgerBytes, value: LedgerBytes]>
  | Readonly<Record<string, LedgerBytes>>;

export interface LedgerWriteOptions extends CallOptions {
  /** Answers before the index holds what was written: a read right after it may not find it. @defaultValue false */
  readonly noWait?: boolean | undefined;
}

export interface LedgerDeleteOptions extends LedgerWriteOptions {
  /** Waits until the server's index holds this transaction, before it looks for the keys. */
  readonly sinceTx?: bigint | undefined;
}

export interface LedgerCommitOptions extends LedgerWriteOptions {
  /** What must be so when the write is committed; 1024 at most. */
  readonly preconditions?: readonly LedgerPrecondition[] | undefined;
}

/** How a value is kept. */
export interface LedgerEntryOptions {
  /** From this moment on, in whole seconds, the key is no longer found; its history still shows that there was a version. */
  readonly expiresAt?: Date | undefined;
  /** Leaves the value out of the index: only `get` with `atTx` finds it. @defaultValue false */
  readonly nonIndexable?: boolean | undefined;
}

export interface LedgerSetOptions extends LedgerCommitOptions, LedgerEntryOptions {}

/** A condition on a key. Deleted and expired keys do not exist, but were modified. */
export type LedgerPrecondition =
  | { readonly keyMustExist: LedgerBytes }
  | { readonly keyMustNotExist: LedgerBytes }
  | { readonly keyNotModifiedAfterTx: { readonly key: LedgerBytes; readonly txId: bigint } };

/** One of several writes. */
export type LedgerOperation =
  | (LedgerEntryOptions & { readonly set: readonly [key: LedgerBytes, value: LedgerBytes] })
  | { readonly setReference: LedgerReference }
  | { readonly zAdd: LedgerNewElement };

export interface LedgerReference {
  /** The key that shall stand for the other: a new one, or one that is a reference already. */
  readonly key: LedgerBytes;
  readonly target: LedgerBytes;
  /** Binds it to the version that this transaction wrote. @defaultValue the latest, whatever that will be */
  readonly atTx?: bigint | undefined;
}

export interface LedgerNewElement {
  readonly set: LedgerBytes;
  /** >= 0. */
  readonly score: number;
  readonly key: LedgerBytes;
  /** Binds it to the version that this transaction wrote. @defaultValue the latest, whatever that will be */
  readonly atTx?: bigint | undefined;
}
