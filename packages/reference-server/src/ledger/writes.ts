import { Code } from "@connectrpc/connect";
import type { DeleteKeysRequest, ReferenceRequest, SetRequest, ZAddRequest } from "@pumice/stubs/immudb";
import { byteString } from "../kv/byte-string.js";
import { illegalArguments, keyNotFound, plainError, txNotFound, unlessMissing } from "./ledger-error.js";
import type { LedgerStore } from "./ledger-store.js";
import { checkPreconditionForm, checkPreconditions, type PreconditionWording } from "./preconditions.js";
import { sortedSetKey } from "./sorted-set-key.js";
import { metadataOf, type NewEntry, storedKey, storedReference, storedValue } from "./tx-entry.js";
import type { Transaction } from "./tx-log.js";

/** Set: some keys at once, none of them twice. */
export function set(store: LedgerStore, { KVs, preconditions }: SetRequest): Transaction {
  const seen = new Set<string>();
  const entries = KVs.map(({ key, value, metadata }): NewEntry => {
    if (key.length === 0) throw illegalArguments();
    if (seen.has(byteString(key))) {
      const text = "duplicated keys are not supported in single batch transaction";
      throw plainError(text, Code.InvalidArgument);
    }
    seen.add(byteString(key));
    return { key: storedKey(key), value: storedValue(value), metadata: metadataOf(metadata) };
  });
  store.checkMetadata(entries); // which ExecAll does after its preconditions
  return write(store, entries, preconditions);
}

/** Delete: each key has to be alive; what a reference leads to does not matter. */
export function deleteKeys(store: LedgerStore, { keys, sinceTx }: DeleteKeysRequest): Transaction {
  if (sinceTx > store.transactions.lastId) throw txNotFound();
  const seen = new Set<string>();
  const entries = keys.map((key): NewEntry => {
    if (key.length === 0) throw illegalArguments();
    if (seen.has(byteString(key))) throw keyNotFound(); // the first of the two has deleted it
    seen.add(byteString(key));
    store.version(storedKey(key));
    return { key: storedKey(key), value: new Uint8Array(), metadata: { deleted: true, nonIndexable: false } };
  });
  return write(store, entries);
}

/** SetReference: one key stands for another. */
export function setReference(store: LedgerStore, request: ReferenceRequest): Transaction {
  const { key, referencedKey, atTx, boundRef, preconditions } = request;
  if (key.length === 0 || referencedKey.length === 0 || boundRef !== atTx > 0n) throw illegalArguments();
  checkMayBecomeReference(store, key, atTx); // so a bound one slips past a living key, as with the real server
  checkTarget(store, referencedKey, atTx);
  const value = storedReference({ atTx, key: storedKey(referencedKey) });
  return write(store, [{ key: storedKey(key), value }], preconditions);
}

/** ZAdd: one more element of a sorted set. */
export function zAdd(store: LedgerStore, request: ZAddRequest): Transaction {
  const { set, key, atTx, boundRef } = request;
  if (set.length === 0 || key.length === 0 || boundRef !== atTx > 0n) throw illegalArguments();
  checkTarget(store, key, atTx);
  return write(store, [{ key: sortedSetKey(request), value: new Uint8Array() }]);
}

/** What a reference or a sorted set refers to has to be alive, and no reference itself. */
export function checkTarget(store: LedgerStore, key: Uint8Array, atTx: bigint): void {
  if (store.entry(storedKey(key), { atTx }).referencedBy) throw plainError("referenced key cannot be a reference");
}

/**
 * A key that is alive and no reference cannot become one.
 *
 * @param atTx - Where to look: in this transaction alone, or with 0 at the latest version.
 */
export function checkMayBecomeReference(store: LedgerStore, key: Uint8Array, atTx: bigint): void {
  const living = unlessMissing(() => store.entry(storedKey(key), { atTx }));
  if (living && !living.referencedBy) throw plainError("final key cannot be converted into a reference");
}

/** Checks the entries and the preconditions, and commits. */
export function write(
  store: LedgerStore,
  entries: readonly NewEntry[],
  preconditions: SetRequest["preconditions"] = [],
  wording: PreconditionWording = "invalid precondition: invalid precondition",
): Transaction {
  store.checkEntries(entries);
  checkPreconditionForm(store, preconditions, wording);
  if (entries.length === 0) throw plainError("no entries provided");
  checkPreconditions(store, preconditions);
  return store.commit(entries);
}
