import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ScanRequest, ZEntriesSchema, ZEntrySchema, ZScanRequest } from "@pumice/stubs/immudb";
import type { Bound, Version } from "./key-index.js";
import { ifFound, illegalArguments, plainError } from "./ledger-error.js";
import type { LedgerStore } from "./ledger-store.js";
import { checkLimit, checkSinceTx, type EntriesInit } from "./reads.js";
import { parseSortedSetKey, scorePrefix, sortedSetKey, sortedSetPrefix } from "./sorted-set-key.js";
import { storedKey } from "./tx-entry.js";

/** A sorted set's element with its entry, in the shape of its message. */
export type ZEntryInit = MessageInitShape<typeof ZEntrySchema>;

/** Scan: keys in the order of their bytes. References to dead keys are left out, but count as results. */
export function scan(store: LedgerStore, request: ScanRequest): EntriesInit {
  const { prefix, seekKey, endKey, desc, inclusiveSeek, inclusiveEnd, offset } = request;
  checkSinceTx(store, request.sinceTx);
  const limit = checkLimit(request.limit);
  if ([prefix, seekKey].some((key) => storedKey(key).length > store.maxKeyLen)) {
    throw plainError("tbtree: illegal arguments");
  }
  const bound = (key: Uint8Array, inclusive: boolean): Bound | undefined => {
    return key.length > 0 ? { key: storedKey(key), inclusive } : undefined;
  };
  const range = {
    prefix: storedKey(prefix),
    desc,
    seek: bound(seekKey, inclusiveSeek),
    end: bound(endKey, inclusiveEnd),
  };
  const versions = page(store, store.keys.latest(range), { offset, limit });
  const entries = versions.map((version) => ifFound(() => store.resolve(version)));
  return { entries: entries.filter((entry) => entry !== undefined) };
}

/** ZScan: a set's elements in the order of the bits of their scores. What is left out counts as a result too. */
export function zScan(store: LedgerStore, request: ZScanRequest): MessageInitShape<typeof ZEntriesSchema> {
  const { set, desc, minScore, maxScore, offset } = request;
  if (set.length === 0) throw illegalArguments();
  const limit = checkLimit(request.limit);
  checkSinceTx(store, request.sinceTx);
  const range = { prefix: sortedSetPrefix(set), desc, seek: startOf(request) };
  const versions = page(store, store.keys.latest(range), { offset, limit });
  const entries = versions.map((version) => {
    const { score } = parseSortedSetKey(version.entry.key);
    if (minScore && score < minScore.score) return undefined;
    if (maxScore && score > maxScore.score) return undefined;
    return ifFound(() => zEntry(store, version.entry.key));
  });
  return { entries: entries.filter((entry) => entry !== undefined) };
}

/** An element with the entry that it refers to, which has to be alive. */
export function zEntry(store: LedgerStore, stored: Uint8Array): ZEntryInit {
  const { set, score, key, atTx } = parseSortedSetKey(stored);
  return { set, score, key, atTx, entry: store.entryOfElement(storedKey(key), atTx) };
}

/** A bound on the score moves the start of the walk, which goes by the bits: from 0 up, then on to the negative ones. */
function startOf({ set, desc, seekKey, seekScore, seekAtTx, inclusiveSeek, minScore, maxScore }: ZScanRequest) {
  if (seekKey.length > 0) {
    const element = { set, score: seekScore, key: seekKey, atTx: seekAtTx };
    return { key: sortedSetKey(element), inclusive: inclusiveSeek };
  }
  if (desc) return { key: scorePrefix(set, maxScore?.score ?? Number.MAX_VALUE), inclusive: false };
  return minScore && { key: scorePrefix(set, minScore.score), inclusive: false };
}

function page(
  store: LedgerStore,
  versions: Iterable<Version>,
  { offset, limit }: { readonly offset: bigint; readonly limit: number },
): Version[] {
  const living = [...versions].filter(({ entry }) => !entry.metadata?.deleted && !store.isExpired(entry));
  return living.slice(Number(offset), Number(offset) + limit);
}
