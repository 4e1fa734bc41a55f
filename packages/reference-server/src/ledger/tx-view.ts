import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type EntriesSpec,
  EntryTypeAction,
  type TxEntrySchema,
  type TxListSchema,
  type TxRequest,
  type TxScanRequest,
  type TxSchema,
} from "@pumice/stubs/immudb";
import { ifFound, illegalArguments } from "./ledger-error.js";
import type { EntryInit, LedgerStore } from "./ledger-store.js";
import { checkLimit, checkSinceTx } from "./reads.js";
import { type ZEntryInit, zEntry } from "./scans.js";
import { parseSortedSetKey } from "./sorted-set-key.js";
import { keyPrefix, referenceTarget, type TxEntry } from "./tx-entry.js";
import type { Transaction } from "./tx-log.js";

/** A transaction in the shape of its message. */
export type TxInit = MessageInitShape<typeof TxSchema>;

/** What of its entries to show, and how. */
export interface TxView {
  /** Absent: all entries as they are stored, without values. */
  readonly entriesSpec?: EntriesSpec | undefined;
  readonly keepReferencesUnresolved?: boolean;
}

/** TxById: one transaction. */
export function txById(store: LedgerStore, request: TxRequest): TxInit {
  if (request.tx === 0n) throw illegalArguments();
  // Only to follow references does the real server wait for its index.
  if (!request.keepReferencesUnresolved) checkSinceTx(store, request.sinceTx);
  return txView(store, store.transaction(request.tx), request);
}

/** TxScan: transactions one after the other. */
export function txScan(store: LedgerStore, request: TxScanRequest): MessageInitShape<typeof TxListSchema> {
  const { initialTx, limit, desc, sinceTx, entriesSpec } = request;
  const count = checkLimit(BigInt(limit));
  if (initialTx === 0n) throw illegalArguments();
  checkSinceTx(store, sinceTx);
  const txs: TxInit[] = [];
  for (let id = initialTx; txs.length < count; id += desc ? -1n : 1n) {
    const transaction = store.transactions.get(id);
    if (!transaction) break;
    txs.push(txView(store, transaction, { entriesSpec }));
  }
  return { txs };
}

/** A transaction as the view asks for it. */
export function txView(store: LedgerStore, { header, entries }: Transaction, view: TxView = {}): TxInit {
  const { entriesSpec } = view;
  if (!entriesSpec) return { header, entries: entries.map((entry) => rawEntry(entry)) };
  const raw: MessageInitShape<typeof TxEntrySchema>[] = [];
  const kvEntries: EntryInit[] = [];
  const zEntries: ZEntryInit[] = [];
  for (const entry of entries) {
    const isElement = entry.key[0] === keyPrefix.sortedSet;
    const action = (isElement ? entriesSpec.zEntriesSpec : entriesSpec.kvEntriesSpec)?.action;
    if (action === EntryTypeAction.ONLY_DIGEST) raw.push(rawEntry(entry));
    if (action === EntryTypeAction.RAW_VALUE && !store.isExpired(entry)) raw.push(rawEntry(entry, entry.value));
    if (action !== EntryTypeAction.RESOLVE) continue;
    if (isElement) {
      const element = view.keepReferencesUnresolved
        ? parseSortedSetKey(entry.key)
        : ifFound(() => zEntry(store, entry.key));
      if (element) zEntries.push(element);
    } else {
      const resolved = ifFound(() => resolvedEntry(store, { tx: header.id, entry }, view));
      if (resolved) kvEntries.push(resolved);
    }
  }
  return { header, entries: raw, kvEntries, zEntries };
}

/** An entry as it was hashed. */
function rawEntry({ key, value, valueHash, metadata }: TxEntry, shown: Uint8Array = new Uint8Array()) {
  return { key, hValue: valueHash, vLen: value.length, value: shown, ...(metadata && { metadata }) };
}

function resolvedEntry(
  store: LedgerStore,
  { tx, entry }: { readonly tx: bigint; readonly entry: TxEntry },
  { keepReferencesUnresolved = false }: TxView,
): EntryInit {
  const version = store.version(entry.key, { atTx: tx });
  const target = referenceTarget(entry.value);
  if (!target || !keepReferencesUnresolved) return store.resolve(version);
  const referencedBy = { tx, key: entry.key.subarray(1), atTx: target.atTx };
  return { tx: target.atTx, key: target.key.subarray(1), referencedBy };
}
