import { byteString } from "../kv/byte-string.js";
import { KeyIndex, type Version } from "./key-index.js";
import { expiredEntry, keyNotFound, plainError, txNotFound } from "./ledger-error.js";
import { type EntryMetadata, type NewEntry, referenceTarget, type TxEntry } from "./tx-entry.js";
import { type Transaction, TxLog } from "./tx-log.js";

/** What is fixed when a database is created. */
export interface StoreLimits {
  /** Of the stored key, in bytes. */
  readonly maxKeyLen: number;
  /** Of the stored value, in bytes. */
  readonly maxValueLen: number;
  readonly maxTxEntries: number;
  /** 0 or 1. */
  readonly writeTxHeaderVersion: number;
}

/** Which version of a key is meant. */
export interface Selector {
  /** The version of exactly this transaction; 0 for none. */
  readonly atTx?: bigint;
  /** Positive: from the oldest, which is 1. Negative: back from the latest. 0: the latest. */
  readonly atRevision?: bigint;
}

/** An entry in the shape of its message. */
export interface EntryInit {
  readonly tx: bigint;
  readonly key: Uint8Array;
  readonly value?: Uint8Array;
  readonly expired?: boolean;
  readonly metadata?: EntryMetadata;
  readonly revision?: bigint;
  /** The reference that it was read through. */
  readonly referencedBy?: {
    readonly tx: bigint;
    readonly key: Uint8Array;
    readonly atTx: bigint;
    readonly metadata?: EntryMetadata;
    readonly revision?: bigint;
  };
}

/** One database: its transactions, the index over their keys, and how keys are looked up. */
export class LedgerStore {
  private log: TxLog;
  private index = new KeyIndex();

  /** @param nowSeconds - The server's clock, in whole seconds since the Unix epoch. */
  constructor(
    private readonly limits: StoreLimits,
    readonly nowSeconds: () => number,
  ) {
    this.log = new TxLog(limits.writeTxHeaderVersion);
  }

  get transactions(): TxLog {
    return this.log;
  }

  get keys(): KeyIndex {
    return this.index;
  }

  get maxKeyLen(): number {
    return this.limits.maxKeyLen;
  }

  /** Refuses what is too large for a transaction. */
  checkEntries(entries: readonly NewEntry[]): void {
    const { maxKeyLen, maxValueLen, maxTxEntries } = this.limits;
    for (const [index, { key, value }] of entries.entries()) {
      if (key.length > maxKeyLen) throw plainError("max key length exceeded");
      if (value.length > maxValueLen) throw plainError("max value length exceeded");
      if (index >= maxTxEntries) throw plainError("max number of entries per tx exceeded");
    }
  }

  /** Refuses metadata where the header version has none. */
  checkMetadata(entries: readonly NewEntry[]): void {
    if (this.limits.writeTxHeaderVersion === 0 && entries.some(({ metadata }) => metadata)) {
      throw plainError(metadataUnsupported);
    }
  }

  commit(entries: readonly NewEntry[]): Transaction {
    this.checkMetadata(entries);
    // Copies: what came in are views that would hold the whole received message.
    const own = entries.map((entry) => ({ ...entry, key: Buffer.from(entry.key), value: Buffer.from(entry.value) }));
    const transaction = this.log.append(own, BigInt(this.nowSeconds()));
    this.index.add(transaction);
    return transaction;
  }

  transaction(id: bigint): Transaction {
    const transaction = this.log.get(id);
    if (!transaction) throw txNotFound();
    return transaction;
  }

  /** A version of a stored key that is alive; a reference is not followed. */
  version(key: Uint8Array, { atTx = 0n, atRevision = 0n }: Selector = {}): Version {
    const found = atTx > 0n ? this.versionInTx(key, atTx) : this.versionByRevision(key, atRevision);
    if (this.isExpired(found.entry)) throw expiredEntry();
    if (found.entry.metadata?.deleted) throw keyNotFound();
    return found;
  }

  /** An entry as Get answers it, references followed. */
  entry(key: Uint8Array, selector: Selector = {}): EntryInit {
    return this.resolve(this.version(key, selector));
  }

  /** The entry that a sorted set refers to, which must not be a reference. */
  entryOfElement(key: Uint8Array, atTx: bigint): EntryInit {
    return this.resolve(this.version(key, { atTx }), true);
  }

  /** A version as Get answers it. */
  resolve({ tx, entry, revision }: Version, isTarget = false): EntryInit {
    const { key, value, metadata } = entry;
    const own = { tx, key: key.subarray(1), revision, ...(metadata && { metadata }) };
    const target = referenceTarget(value);
    if (!target) return { ...own, value: value.subarray(1) };
    if (isTarget) throw plainError("key resolution limit reached. It may be due to cyclic references");
    const referencedBy = { ...own, atTx: target.atTx };
    return { ...this.resolve(this.version(target.key, { atTx: target.atTx }), true), referencedBy };
  }

  isExpired({ metadata }: TxEntry): boolean {
    return metadata?.expiration !== undefined && BigInt(this.nowSeconds()) >= metadata.expiration.expiresAt;
  }

  /** Tampers: another value, under the hashes of the old one. */
  changeValue(key: Uint8Array, value: Uint8Array): void {
    const { tx } = this.version(key);
    const name = byteString(key);
    this.log.replaceEntries(tx, (entry) => (byteString(entry.key) === name ? { ...entry, value } : entry));
    this.rebuildIndex();
  }

  /** Tampers: forgets the transactions after one. */
  rollBack(lastTx: bigint): void {
    this.log = this.log.upTo(lastTx);
    this.rebuildIndex();
  }

  private rebuildIndex(): void {
    this.index = new KeyIndex();
    for (let id = 1n; id <= this.log.lastId; id++) this.index.add(this.transaction(id));
  }

  private versionInTx(key: Uint8Array, tx: bigint): Version {
    const name = byteString(key);
    const entry = this.transaction(tx).entries.find((each) => byteString(each.key) === name);
    if (!entry) throw keyNotFound();
    return { tx, entry, revision: 0n };
  }

  private versionByRevision(key: Uint8Array, revision: bigint): Version {
    const versions = this.index.versionsOf(key);
    if (versions.length === 0) throw keyNotFound();
    const found = versions.at(Number(revision - 1n)); // 0, the latest, is -1 from the end
    if (!found) throw plainError("invalid key revision number");
    return found;
  }
}

const metadataUnsupported =
  "metadata is unsupported when in 1.1 compatibility mode, do not use metadata-related features such as expiration and logical deletion";
