import type { CallOptions, CloseOptions, StreamLost, StreamRegained } from "@pumice/client-core";
import type { KvFamilies, KvUsers } from "./kv-administration.js";
import type { KvCodecs, KvFamily, KvTypedFamily } from "./kv-family.js";
import type { KvCredentials, KvSession, KvSessionOptions, KvTokenSession } from "./kv-session.js";
import type { KvOpenTransaction, KvOperation, KvTransaction, KvTransactionOptions } from "./kv-transaction.js";

/** A client of one ScoriaDB server. Cheap to keep, safe to share; `connectKv()` makes one. */
export interface KvClient extends AsyncDisposable {
  /**
   * Reads a key: its latest version, or the one that a snapshot shows.
   *
   * Repeating is safe; done automatically while the server is unavailable, within `timeoutMs`.
   *
   * @param key - Bytes, or a string that is sent as UTF-8. The empty key is a legal key.
   * @returns `undefined` if there is no such key.
   * @throws {@link NotFoundError} if there is no such family.
   */
  get(key: KvBytes, options?: KvGetOptions & FamilyOptions): Promise<KvEntry | undefined>;

  /**
   * Writes a key, whatever was there before.
   *
   * Not repeated once the request may have been sent, unless `retry: "always"` says so: a late repeat would overwrite what
   * somebody else wrote since.
   *
   * @param key - Bytes, or a string that is sent as UTF-8.
   * @param value - At most 4 MiB together with the key. Bytes must not change until the call has ended. Note that
   * ScoriaDB 0.1.1 reads an empty value back as missing.
   * @throws {@link NotFoundError} if there is no such family.
   * @throws {@link PumiceError} `DeadlineExceeded` or `Unavailable`; the value may have been written.
   * @throws RangeError if the request is longer than 4 MiB; nothing was sent.
   */
  put(key: KvBytes, value: KvBytes, options?: FamilyOptions): Promise<KvCommit>;

  /**
   * Deletes a key; deleting a missing key is no error.
   *
   * Not repeated once the request may have been sent, unless `retry: "always"` says so: a late repeat would delete what
   * somebody else wrote since.
   *
   * @throws {@link NotFoundError} if there is no such family.
   * @throws {@link PumiceError} `DeadlineExceeded` or `Unavailable`; the key may have been deleted.
   */
  delete(key: KvBytes, options?: FamilyOptions): Promise<KvCommit>;

  /**
   * Streams all entries whose key begins with `prefix`, in the order of the keys' bytes.
   *
   * Nothing is sent before the first entry is asked for; each loop over the result is a scan of its own. A slow reader
   * slows the server. Leaving the loop cancels the scan on the wire. There is no deadline unless `timeoutMs` is given: a
   * server that freezes without closing its connection is noticed by `timeoutMs` or `signal` only.
   *
   * When the connection breaks, the scan is made anew and goes on behind the last entry that was handed out. The protocol
   * has no start key, so the server sends what came before once more; and what was written in between shows.
   *
   * @param prefix - Bytes, or a string that is sent as UTF-8; the empty prefix means every key.
   * @throws {@link NotFoundError} if there is no such family.
   * @example
   * for await (const entry of kv.scan("user:")) console.log(entry.key, entry.text());
   * const firstTen = await kv.scan("user:", { limit: 10 }).toArray();
   */
  scan(prefix?: KvBytes, options?: KvScanOptions & FamilyOptions): KvScan<KvEntry>;

  /** The same calls on one column family. Sends nothing: `families.create()` makes a family on the server. */
  family(name: string): KvFamily;

  /**
   * The same calls on one column family, with keys and values that are encoded, decoded and validated.
   *
   * @example
   * const users = kv.family("users", { value: json(UserSchema) });
   * await users.put("1", { name: "Alice" });
   * (await users.get("1"))?.value.name;
   */
  family<C extends KvCodecs>(name: string, codecs: C): KvTypedFamily<C>;

  /**
   * Runs a transaction: begins one, runs `run`, commits what it wrote, all of it or nothing.
   *
   * When somebody else has written one of its keys since it began, `run` is run again from the start, in a new
   * transaction, after a pause that grows. So `run` must do nothing that cannot be done twice; `txn.onCommit()` is for
   * what must happen once.
   *
   * If `run` throws, or calls `txn.rollback()`, nothing is committed: the error goes on unchanged, and after a rollback
   * the result of `run` is returned. An abort and `timeoutMs` end the transaction at once, also while `run` is busy with
   * something else. Whatever ends it without a commit, the server is told, as far as it can be reached.
   *
   * @returns What `run` returned, after the commit.
   * @throws {@link TransactionConflictError} if every attempt met a conflict, with the reasons; nothing was applied.
   * @throws {@link CommitOutcomeUnknownError} if the commit was sent and no answer came: it may have been applied. It is
   * not run again then, unless `idempotent` says that this does no harm.
   * @example
   * const total = await kv.transaction(async (txn) => {
   *   const balance = Number((await txn.get("balance"))?.text() ?? 0);
   *   txn.put("balance", String(balance + 100));
   *   return balance + 100;
   * });
   */
  transaction<T>(run: (txn: KvTransaction) => T | Promise<T>, options?: KvTransactionOptions): Promise<T>;

  /**
   * Applies a prepared list of writes in one transaction: all of them, or none. Of several writes to one key the last
   * one counts. A conflict is handled as in {@link transaction}; an empty list sends nothing.
   *
   * @throws TypeError if an operation is neither a put nor a delete, RangeError if the list is longer than 4 MiB; nothing
   * was sent.
   * @throws {@link CommitOutcomeUnknownError} as in {@link transaction}.
   * @example
   * await kv.commit([{ put: ["user:1", "Alice"] }, { delete: "temp", family: "jobs" }]);
   */
  commit(operations: readonly KvOperation[], options?: KvTransactionOptions): Promise<void>;

  /**
   * Begins a transaction that is committed or rolled back by hand; nothing is run again. Leaving an `await using` block
   * rolls it back if it is still open.
   *
   * Not repeated once the request may have been sent: each repeat would leave a transaction behind.
   */
  begin(options?: CallOptions): Promise<KvOpenTransaction>;

  /** The column families of the server. */
  readonly families: KvFamilies;

  /** The users of the server. */
  readonly users: KvUsers;

  /**
   * Logs in now, also if there is a session already. Calls log in by themselves; this is for another user, for after
   * {@link logout}, and for a client that was made without a user.
   *
   * @param credentials - Used from now on, also for renewals. @defaultValue those of before; after {@link logout} those
   * that the client was made with
   * @throws {@link UnauthenticatedError} if the server does not accept them, or if there are none; the client then goes on
   * with those of before.
   */
  login(credentials?: KvCredentials, options?: CallOptions): Promise<KvSession>;

  /**
   * Forgets the token. Every later call throws {@link UnauthenticatedError}, before anything is sent, until
   * {@link login}. The server is not told: ScoriaDB has no call for it, and the token stays valid until it expires.
   */
  logout(): void;

  /** The user's session with its token, which is a secret. Logs in if need be. */
  session(options: KvSessionOptions & { readonly token: true }): Promise<KvTokenSession>;

  /** The user's session: roles and expiry. Logs in if need be. */
  session(options?: KvSessionOptions): Promise<KvSession>;

  /**
   * Connects and logs in, so that a wrong address or password shows at once.
   *
   * @throws {@link UnauthenticatedError} if the server does not accept the credentials, or if there are none.
   * @throws {@link PumiceError} `Unavailable` if the server cannot be reached, `Unimplemented` if it is another one.
   */
  ready(options?: CallOptions): Promise<void>;

  /**
   * Lets the calls in flight finish for up to 5 seconds, or `timeoutMs`, then ends them with {@link ClientClosedError};
   * a scan already when its reader has asked for nothing for half a second. Every later call throws that at once, so a
   * transaction that is between two of its calls fails with it, and the server is not told. Closes the connection that the
   * client opened; a transport that was passed in stays open. May be called twice.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** A key or a value: bytes as they are, or a string that is sent as UTF-8. */
export type KvBytes = string | Uint8Array;

export interface FamilyOptions extends CallOptions {
  /** The column family. @defaultValue "default" */
  readonly family?: string | undefined;
}

export interface KvGetOptions extends CallOptions {
  /**
   * Reads the version that was the latest at this timestamp, at least 1: a commit's, or a transaction's start. The server
   * need not keep a version that no open transaction sees, and says `OutOfRange` then. ScoriaDB 0.1.1 ignores this and
   * reads the latest one. @defaultValue the latest
   */
  readonly snapshotTimestamp?: bigint | undefined;
}

export interface KvScanOptions extends CallOptions {
  /** Entries at most, a whole number >= 0, or `Infinity`. @defaultValue Infinity */
  readonly limit?: number | undefined;
  /** Called when the connection broke, before the pause; what it throws ends the scan. */
  readonly onConnectionLost?: ((event: StreamLost<Uint8Array>) => void) | undefined;
  /** Called when the scan goes on after that; what it throws ends the scan. */
  readonly onConnectionRegained?: ((event: StreamRegained<Uint8Array>) => void) | undefined;
}

/** The entries of a scan. */
export interface KvScan<Entry> extends AsyncIterable<Entry> {
  /** Scans to the end, or to `limit`, and holds all of it in memory. */
  toArray(): Promise<Entry[]>;
}

/** A key with its value. */
export interface KvEntry {
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
}

/** What the server says of a write. */
export interface KvCommit {
  /** The version that was written, in the server's own count. ScoriaDB 0.1.1 always says 1. */
  readonly commitTimestamp: bigint;
}
