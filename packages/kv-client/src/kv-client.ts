import type { CallOptions, CloseOptions } from "@pumice/client-core";

/** A client of one ScoriaDB server. Cheap to keep, safe to share; `connectKv()` makes one. */
export interface KvClient extends AsyncDisposable {
  /**
   * Reads the latest version of a key.
   *
   * Repeating is safe.
   *
   * @param key - Bytes, or a string that is sent as UTF-8. The empty key is a legal key.
   * @returns `undefined` if there is no such key.
   * @throws {@link NotFoundError} if there is no such family.
   */
  get(key: KvBytes, options?: FamilyOptions): Promise<KvEntry | undefined>;

  /**
   * Writes a key, whatever was there before.
   *
   * Never repeated once the request may have been sent: a late repeat would overwrite what somebody else wrote since.
   *
   * @param key - Bytes, or a string that is sent as UTF-8.
   * @param value - At most 4 MiB together with the key. Bytes must not change until the call has ended. Note that
   * ScoriaDB 0.1.1 reads an empty value back as missing.
   * @throws {@link NotFoundError} if there is no such family.
   * @throws {@link PumiceError} `DeadlineExceeded` or `Unavailable`; the value may have been written.
   */
  put(key: KvBytes, value: KvBytes, options?: FamilyOptions): Promise<KvCommit>;

  /**
   * Deletes a key; deleting a missing key is no error.
   *
   * Never repeated once the request may have been sent: a late repeat would delete what somebody else wrote since.
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
   * @param prefix - Bytes, or a string that is sent as UTF-8; the empty prefix means every key.
   * @throws {@link NotFoundError} if there is no such family.
   * @example
   * for await (const entry of kv.scan("user:")) console.log(entry.key, entry.text());
   */
  scan(prefix?: KvBytes, options?: FamilyOptions): AsyncIterable<KvEntry>;

  /**
   * Ends every later call at once with {@link ClientClosedError}, lets the calls in flight finish for `timeoutMs`, ends
   * what is left with the same error, and closes the connection that the client opened; a transport that was passed in
   * stays open. May be called twice.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** A key or a value: bytes as they are, or a string that is sent as UTF-8. */
export type KvBytes = string | Uint8Array;

export interface FamilyOptions extends CallOptions {
  /** The column family. @defaultValue "default" */
  readonly family?: string | undefined;
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

export interface KvOptions {
  /** Trimmed and lower-cased before it is sent, as the server does at login. */
  readonly username: string;
  readonly password: string;
  /** Sends the password and the tokens over plaintext to a host other than this machine. @defaultValue false */
  readonly allowPlaintext?: boolean | undefined;
}
