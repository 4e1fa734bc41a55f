import type { CallOptions } from "@pumice/client-core";
import type { LedgerBytes, LedgerElement, LedgerEntry, LedgerVersion } from "./ledger-entry.js";
import type { LedgerTransaction } from "./ledger-transaction.js";

/** Reads that believe the server; repeating them is safe. Times of their own apply to each page of an iterator. */
export interface LedgerReads {
  /**
   * Reads a key: its latest version, or the one that the options select.
   *
   * @param key - Bytes, or a string that is sent as UTF-8; 1 to 1023 bytes.
   * @returns `undefined` if the key is missing, deleted or expired, or if there is no such version.
   * @throws TypeError if the key is a list (that is {@link getAll}), or if `atTx` is combined with another selector.
   */
  get(key: LedgerBytes, options?: LedgerGetOptions): Promise<LedgerEntry | undefined>;

  /**
   * Reads the latest version of several keys. The server wants the right to write for this call.
   *
   * @returns A map from each key, as it was passed in and in that order, to its entry; `undefined` for what is missing,
   * deleted or expired.
   * @throws {@link NotFoundError} that lists the missing keys, if `required` is true.
   */
  getAll<K extends LedgerBytes>(
    keys: readonly K[],
    options: LedgerGetAllOptions & { readonly required: true },
  ): Promise<Map<K, LedgerEntry>>;
  getAll<K extends LedgerBytes>(
    keys: readonly K[],
    options?: LedgerGetAllOptions,
  ): Promise<Map<K, LedgerEntry | undefined>>;

  /**
   * The entries whose key begins with a prefix, in the order of the keys' bytes, fetched page by page as they are read.
   * What is written meanwhile shows if it comes later in the order. Deleted and expired keys are left out.
   * References whose target is gone are, too; 2,500 of those in a row end the scan.
   *
   * @param prefix - Bytes, or a string that is sent as UTF-8; the empty prefix means every key.
   * @example
   * for await (const entry of ledger.scan("invoice:")) console.log(entry.key, entry.text());
   */
  scan(prefix?: LedgerBytes, options?: LedgerScanOptions): LedgerPages<LedgerEntry>;

  /**
   * The elements of a sorted set in the order of their scores, page by page; those of deleted keys are left out, and 2,500 of
   * those in a row end it.
   */
  zscan(set: LedgerBytes, options?: LedgerZScanOptions): LedgerPages<LedgerElement>;

  /** All versions of a key, deletions and expired ones too, the oldest first; none if there never was such a key. */
  history(key: LedgerBytes, options?: LedgerHistoryOptions): LedgerPages<LedgerVersion>;

  /** A transaction with all that it wrote, save what has expired; `undefined` if there is none with this number. */
  txById(txId: bigint, options?: CallOptions): Promise<LedgerTransaction | undefined>;

  /** The transactions of the database with all that they wrote, save what has expired, page by page. */
  txScan(options?: LedgerTxScanOptions): LedgerPages<LedgerTransaction>;

  /** How many keys begin with a prefix, deleted and expired ones included. @param prefix - @defaultValue every key */
  count(prefix?: LedgerBytes, options?: CallOptions): Promise<bigint>;
}

/** Which version of a key is meant. */
export interface LedgerGetOptions extends CallOptions {
  /** The version that exactly this transaction wrote; not together with the others. */
  readonly atTx?: bigint | undefined;
  /** Waits until the server's index holds this transaction. @defaultValue the last one that was committed */
  readonly sinceTx?: bigint | undefined;
  /** The version of this number, 1 for the oldest; a negative one counts back from the latest. @defaultValue the latest */
  readonly atRevision?: bigint | undefined;
}

export interface LedgerGetAllOptions extends CallOptions {
  /** Waits until the server's index holds this transaction. */
  readonly sinceTx?: bigint | undefined;
  /** Throws if a key is missing. @defaultValue false */
  readonly required?: boolean | undefined;
}

/** What all that comes in pages takes; `timeoutMs` is that of each page. */
export interface LedgerPageOptions extends CallOptions {
  /** The other way round. @defaultValue false */
  readonly desc?: boolean | undefined;
  /** Results at most, a whole number >= 0, or `Infinity`. @defaultValue Infinity */
  readonly limit?: number | undefined;
}

export interface LedgerScanOptions extends LedgerPageOptions {
  /** Where the scan begins, this key included: the first one, with `desc` the last one. */
  readonly from?: LedgerBytes | undefined;
  /** Where it ends, this key left out. */
  readonly to?: LedgerBytes | undefined;
}

export interface LedgerZScanOptions extends LedgerPageOptions {
  /** Elements of this score or a higher one, >= 0. @defaultValue 0 */
  readonly minScore?: number | undefined;
  /** Elements of this score or a lower one, >= 0. @defaultValue Infinity */
  readonly maxScore?: number | undefined;
}

export interface LedgerHistoryOptions extends LedgerPageOptions {
  /** Versions to leave out first. @defaultValue 0 */
  readonly offset?: number | undefined;
}

export interface LedgerTxScanOptions extends LedgerPageOptions {
  /** The first transaction. @defaultValue 1, with `desc` the last one that was committed */
  readonly from?: bigint | undefined;
}

/** Results that are fetched in pages as they are read; each loop over them asks anew. */
export interface LedgerPages<T> extends AsyncIterable<T> {
  /** Reads to the end, or to `limit`, and holds all of it in memory. */
  toArray(): Promise<T[]>;
}
