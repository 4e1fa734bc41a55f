import type { MessageInitShape } from "@bufbuild/protobuf";
import type { EntriesSchema, HistoryRequest, KeyListRequest, KeyRequest } from "@pumice/stubs/immudb";
import { ifFound, illegalArguments, keyNotFound, plainError } from "./ledger-error.js";
import type { EntryInit, LedgerStore } from "./ledger-store.js";
import { keyPrefix, storedKey } from "./tx-entry.js";

/** A list of entries in the shape of its message. */
export type EntriesInit = MessageInitShape<typeof EntriesSchema>;

const maxResults = 2500;

/** How many results are wanted; 0 asks for as many as there may be. */
export function checkLimit(limit: bigint): number {
  if (limit > maxResults) {
    const text = `the specified limit (${limit}) is larger than the maximum allowed one (${maxResults})`;
    throw plainError(`result size limit exceeded: ${text}`);
  }
  return Number(limit) || maxResults;
}

/** Refuses to wait for a transaction that is yet to come. */
export function checkSinceTx(store: LedgerStore, sinceTx: bigint): void {
  if (sinceTx > store.transactions.lastId) throw illegalArguments();
}

/** Get: a version of one key. */
export function get(store: LedgerStore, { key, atTx, sinceTx, atRevision }: KeyRequest): EntryInit {
  if (key.length === 0) throw plainError("illegal arguments: empty key");
  if (atTx > 0n && sinceTx > 0n) {
    throw plainError("illegal arguments: SinceTx should not be specified when AtTx is used");
  }
  if (atTx > 0n && atRevision !== 0n) {
    throw plainError("illegal arguments: AtRevision should not be specified when AtTx is used");
  }
  if (sinceTx > store.transactions.lastId) {
    throw plainError("illegal arguments: SinceTx must not be greater than the current transaction ID");
  }
  return store.entry(storedKey(key), { atTx, atRevision });
}

/** GetAll: the latest version of each key; what is missing or expired is left out. */
export function getAll(store: LedgerStore, { keys, sinceTx }: KeyListRequest): EntriesInit {
  checkSinceTx(store, sinceTx);
  const found = keys.map((key) => ifFound(() => store.entry(storedKey(key))));
  return { entries: found.filter((entry) => entry !== undefined) };
}

/** History: all versions of a key, with deletions, and with expired ones without their value. */
export function history(store: LedgerStore, request: HistoryRequest): EntriesInit {
  const { key, offset, limit, desc, sinceTx } = request;
  const count = checkLimit(BigInt(limit));
  checkSinceTx(store, sinceTx);
  if (limit < 0) throw plainError("tbtree: illegal arguments");
  const versions = store.keys.versionsOf(storedKey(key));
  if (versions.length === 0) throw keyNotFound();
  if (offset === BigInt(versions.length)) throw plainError("tbtree: no more entries"); // further on it is an empty list
  const ordered = desc ? [...versions].reverse() : versions;
  const start = Number(offset);
  const entries = ordered.slice(start, start + count).map(({ tx, entry, revision }): EntryInit => {
    const expired = store.isExpired(entry);
    const value = expired ? new Uint8Array() : entry.value.subarray(1);
    return { tx, key, value, expired, revision, ...(entry.metadata && { metadata: entry.metadata }) };
  });
  return { entries };
}

/** Count: the keys with a prefix, deleted and expired ones too. */
export function count(store: LedgerStore, prefix: Uint8Array): { count: bigint } {
  return { count: countStored(store, storedKey(prefix)) };
}

/** CountAll: the keys of the database. */
export function countAll(store: LedgerStore): { count: bigint } {
  return { count: countStored(store, Buffer.from([keyPrefix.value])) };
}

function countStored(store: LedgerStore, prefix: Uint8Array): bigint {
  return BigInt([...store.keys.latest({ prefix })].length);
}
