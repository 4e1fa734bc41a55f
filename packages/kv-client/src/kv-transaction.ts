import type { CallOptions, TransactionRetry } from "@pumice/client-core";
import type { KvBytes, KvEntry, KvScan, KvScanOptions } from "./kv-client.js";
import type { KvCodecs, KvTypedEntry, KvTypedKey, KvTypedValue } from "./kv-family.js";

/**
 * What an open transaction can do. Reads see its own writes; the writes wait here and go to the server with the commit,
 * those of all families together. Once it is over, every call on it throws an Error.
 */
export interface KvTransactionCalls {
  /** The server's name for it. ScoriaDB 0.1.1 reuses names. */
  readonly id: string;
  /** The snapshot that {@link get} reads. ScoriaDB 0.1.1 always says 1, and ignores snapshots. */
  readonly startTimestamp: bigint;

  /** Reads a key as it was when the transaction began, or as the transaction wrote it. Repeating is safe. */
  get(key: KvBytes, options?: CallOptions & InFamily): Promise<KvEntry | undefined>;

  /**
   * Writes a key with the commit. Nothing is sent yet; bytes are copied.
   *
   * @throws RangeError if all writes together would be longer than a message of 4 MiB; this one is left out then.
   */
  put(key: KvBytes, value: KvBytes, options?: InFamily): void;

  /** Deletes a key with the commit; deleting a missing key is no error. Nothing is sent yet. */
  delete(key: KvBytes, options?: InFamily): void;

  /**
   * Streams all entries whose key begins with `prefix`, in the order of the keys' bytes: the **latest committed** ones, not
   * those of the snapshot, as the protocol has no scan of a snapshot. So two scans of one transaction may differ, and
   * what they show may differ from what {@link get} reads. The transaction's own writes, as they are when the first entry
   * is asked for, are laid over them.
   */
  scan(prefix?: KvBytes, options?: KvScanOptions & InFamily): KvScan<KvEntry>;

  /** The same calls on one column family. */
  family(name: string): KvTransactionFamily;
  /** The same calls on one column family, with keys and values that are encoded, decoded and validated. */
  family<C extends KvCodecs>(name: string, codecs: C): KvTypedTransactionFamily<C>;

  /**
   * Ends the transaction without a commit; `kv.transaction()` then returns what its function returns.
   *
   * The transaction counts as over also if this throws: the server ends it after its own time-out, and what was written
   * here is never sent.
   */
  rollback(options?: CallOptions): Promise<void>;
}

/** What the function of `kv.transaction()` works with. */
export interface KvTransaction extends KvTransactionCalls {
  /** How often the function was run, this time included; the first is 1. */
  readonly attempt: number;
  /** Fires when the caller aborts and when the time is over: for what else the function waits for. */
  readonly signal: AbortSignal;
  /**
   * Runs `hook` once, after this transaction's commit was answered; never if it is rolled back or run again. Hooks run in
   * order, and `kv.transaction()` waits for them. What one throws does not undo the commit, nor change the result: it
   * becomes an unhandled rejection.
   */
  onCommit(hook: () => void | Promise<void>): void;
}

/** A transaction that is committed or rolled back by hand. Disposing of it rolls it back if it is still open. */
export interface KvOpenTransaction extends KvTransactionCalls, AsyncDisposable {
  /**
   * Applies the writes: all of them, or none. The transaction is over then, whatever comes of it: it can be committed
   * once only.
   *
   * @throws {@link ConflictError} if somebody else has written one of its keys since it began; nothing was applied. Begin
   * a new one and read again.
   * @throws {@link CommitOutcomeUnknownError} if no answer came: the writes may have been applied.
   */
  commit(options?: CallOptions): Promise<void>;
}

/** A transaction on one column family; like {@link KvTransactionCalls}. */
export interface KvTransactionFamily {
  readonly name: string;
  get(key: KvBytes, options?: CallOptions): Promise<KvEntry | undefined>;
  put(key: KvBytes, value: KvBytes): void;
  delete(key: KvBytes): void;
  scan(prefix?: KvBytes, options?: KvScanOptions): KvScan<KvEntry>;
}

/**
 * A transaction on one column family, with keys and values that are encoded, decoded and validated. Its writes are
 * promises, as a schema may take its time: await them, so that later reads see them. The commit waits for those that are
 * still under way, and fails with the first that fails.
 */
export interface KvTypedTransactionFamily<C extends KvCodecs> {
  readonly name: string;
  get(key: KvTypedKey<C>, options?: CallOptions): Promise<KvTypedEntry<C> | undefined>;
  put(key: KvTypedKey<C>, value: KvTypedValue<C>): Promise<void>;
  delete(key: KvTypedKey<C>): Promise<void>;
  scan(prefix?: KvBytes, options?: KvScanOptions): KvScan<KvTypedEntry<C>>;
}

/** One write of a prepared list. */
export type KvOperation =
  | { readonly put: readonly [key: KvBytes, value: KvBytes]; readonly family?: string | undefined }
  | { readonly delete: KvBytes; readonly family?: string | undefined };

export interface InFamily {
  /** The column family. @defaultValue "default" */
  readonly family?: string | undefined;
}

export interface KvTransactionOptions {
  /** Ends the transaction: `canceled`, or `deadline_exceeded` for `AbortSignal.timeout()`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for all attempts and pauses together, or `Infinity`. @defaultValue 30000 */
  readonly timeoutMs?: number | undefined;
  /** Request headers of the caller's own, on every call of the transaction. */
  readonly headers?: HeadersInit | undefined;
  /** Attempts in all, the first one included; 1 never runs it again, `Infinity` leaves it to the time. @defaultValue 10 */
  readonly maxAttempts?: number | undefined;
  /** Ceiling of the first pause in milliseconds; doubles with each attempt. @defaultValue 10 */
  readonly baseDelayMs?: number | undefined;
  /** Ceiling of any pause in milliseconds. @defaultValue 1000 */
  readonly maxDelayMs?: number | undefined;
  /**
   * The caller's word that committing twice does no harm, so that it is run again also after a commit whose outcome is
   * unknown. @defaultValue false
   */
  readonly idempotent?: boolean | undefined;
  /** Called before each pause; what it throws ends the transaction. */
  readonly onRetry?: ((event: TransactionRetry) => void) | undefined;
}
