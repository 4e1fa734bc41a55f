import { Code } from "@connectrpc/connect";
import { type CallOptions, NotFoundError } from "@pumice/client-core";
import { type Entry, ImmuService, type KeyListRequest } from "@pumice/stubs/immudb";
import { ledgerElement, ledgerEntry, ledgerVersion } from "./entry.js";
import { ifThere } from "./errors.js";
import { filledPage } from "./filled-page.js";
import { checkScore, keyBytes, prefixBytes, transactionId } from "./ledger-arguments.js";
import type { LedgerBytes, LedgerEntry } from "./ledger-entry.js";
import type { LedgerGetAllOptions, LedgerReads, LedgerScanOptions } from "./ledger-reads.js";
import { maxPageSize, pages } from "./pages.js";
import { keyListRequest, keyRequest } from "./read-requests.js";
import type { LedgerRpcs } from "./rpcs.js";
import { ledgerTransaction, wholeEntries } from "./transaction.js";
import { rpcName } from "./verify/rpc-name.js";

const { method } = ImmuService;

/** The reads of a client that believe the server. */
export function ledgerReads(rpcs: LedgerRpcs): LedgerReads {
  const { stub, calls } = rpcs;
  return {
    async get(key, options = {}) {
      const request = keyRequest(key, options);
      const entry = await ifThere(calls.unary(method.get, options, (call) => stub.get(request, call)));
      return entry && ledgerEntry(entry);
    },
    getAll: getAllOf(rpcs),
    scan: (prefix = "", options = {}) => {
      const range = scanRange(prefix, options);
      return pages(options, async (after: Uint8Array | undefined, size) => {
        const seek = after ? { seekKey: after, inclusiveSeek: false } : range.start;
        const ask = async (limit: number) => {
          const request = { ...range.fields, ...seek, limit: BigInt(limit) };
          return (await calls.unary(method.scan, options, (call) => stub.scan(request, call))).entries;
        };
        const entries = await filledPage(ask, size);
        const last = entries.at(-1);
        return { items: entries.map(ledgerEntry), next: last && askedKey(last) };
      });
    },
    zscan(set, options = {}) {
      const { minScore = 0, maxScore = Number.MAX_VALUE, desc = false } = options;
      const range = {
        set: keyBytes(set, "set"),
        desc,
        minScore: { score: checkScore(minScore, "minScore") },
        maxScore: { score: desc ? nextUp(checkMaxScore(maxScore)) : checkMaxScore(maxScore) },
      };
      return pages(options, async (after: SetPosition | undefined, size) => {
        const seek = after && { seekKey: after.key, seekScore: after.score, seekAtTx: after.atTx };
        const ask = async (limit: number) => {
          const request = { ...range, ...seek, limit: BigInt(limit) };
          return (await calls.unary(method.zScan, options, (call) => stub.zScan(request, call))).entries;
        };
        const entries = await filledPage(ask, size);
        return { items: entries.flatMap((element) => ledgerElement(element) ?? []), next: entries.at(-1) };
      });
    },
    history(key, { offset = 0, ...options } = {}) {
      const bytes = keyBytes(key);
      if (!Number.isSafeInteger(offset) || offset < 0) {
        throw new RangeError(`Cannot read the history: offset must be a whole number >= 0, got ${offset}`);
      }
      const { desc = false } = options;
      return pages(options, async (after: HistoryPosition | undefined, size) => {
        const start = after?.offset ?? offset;
        const request = { key: bytes, offset: BigInt(start), limit: size, desc };
        const answer = await ifThere(calls.unary(method.history, options, (call) => stub.history(request, call)));
        const entries = answer?.entries ?? [];
        const last = entries.length < size ? undefined : entries.at(-1);
        // From the latest on, each version that is written meanwhile moves the others by one place: some come again.
        const found = after && desc ? entries.filter(({ tx }) => tx < after.tx) : entries;
        return { items: found.map(ledgerVersion), next: last && { offset: start + entries.length, tx: last.tx } };
      });
    },
    async txById(txId, options = {}) {
      const request = { tx: transactionId(txId, "txId"), entriesSpec: wholeEntries };
      const tx = await ifThere(calls.unary(method.txById, options, (call) => stub.txById(request, call)));
      return tx && ledgerTransaction(tx);
    },
    txScan({ from, ...options } = {}) {
      const { desc = false } = options;
      const first = from === undefined ? undefined : transactionId(from, "from");
      const start = async (): Promise<bigint> => {
        if (first !== undefined || !desc) return first ?? 1n;
        return (await calls.unary(method.currentState, options, (call) => stub.currentState({}, call))).txId;
      };
      return pages(options, async (next: bigint | undefined, size) => {
        const initialTx = next ?? (await start());
        if (initialTx === 0n) return { items: [], next: undefined };
        const limit = Math.min(size, maxTransactions);
        const request = { initialTx, limit, desc, entriesSpec: wholeEntries };
        const answer = await ifThere(calls.unary(method.txScan, options, (call) => stub.txScan(request, call)));
        const items = (answer?.txs ?? []).map(ledgerTransaction);
        const last = items.length < limit ? undefined : items.at(-1);
        return { items, next: last && (desc ? last.txId - 1n : last.txId + 1n) };
      });
    },
    async count(prefix = "", options = {}) {
      const bytes = prefixBytes(prefix);
      const { count } =
        bytes.length === 0
          ? await calls.unary(method.countAll, options, (call) => stub.countAll({}, call))
          : await calls.unary(method.count, options, (call) => stub.count({ prefix: bytes }, call));
      return count;
    },
  };
}

function getAllOf({ stub, calls }: LedgerRpcs): LedgerReads["getAll"] {
  function getAll<K extends LedgerBytes>(
    keys: readonly K[],
    options: LedgerGetAllOptions & { readonly required: true },
  ): Promise<Map<K, LedgerEntry>>;
  function getAll<K extends LedgerBytes>(
    keys: readonly K[],
    options?: LedgerGetAllOptions,
  ): Promise<Map<K, LedgerEntry | undefined>>;
  async function getAll<K extends LedgerBytes>(
    keys: readonly K[],
    options: LedgerGetAllOptions = {},
  ): Promise<Map<K, LedgerEntry | undefined>> {
    const request = keyListRequest(keys, options);
    const entries = keys.length > 0 ? await ask(request, options) : [];
    const found = new Map(entries.map((entry) => [nameOf(askedKey(entry)), entry]));
    const result = new Map(
      keys.map((key, index) => {
        const entry = found.get(nameOf(request.keys[index] ?? new Uint8Array()));
        return [key, entry && ledgerEntry(entry)] as const;
      }),
    );
    if (options.required) requireAll(result);
    return result;
  }
  const ask = async (request: KeyListRequest, options: CallOptions): Promise<Entry[]> =>
    (await calls.unary(method.getAll, options, (call) => stub.getAll(request, call))).entries;
  return getAll;
}

function requireAll(result: ReadonlyMap<LedgerBytes, LedgerEntry | undefined>): void {
  const missing = [...result].flatMap(([key, entry]) => (entry ? [] : [key]));
  if (missing.length === 0) return;
  const names = missing.map((key) => (typeof key === "string" ? JSON.stringify(key) : `0x${nameOf(key)}`));
  const message = `Cannot get all: ${missing.length} of ${result.size} keys are missing: ${names.join(", ")}`;
  throw new NotFoundError(message, Code.NotFound, { rpc: rpcName(method.getAll.name), attempts: 1 });
}

/** The key that an entry was found by: its own, or that of a reference. */
function askedKey({ key, referencedBy }: Entry): Uint8Array {
  return referencedBy?.key ?? key;
}

function nameOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function scanRange(prefix: LedgerBytes, { desc = false, from, to }: LedgerScanOptions) {
  const seekKey = from === undefined ? undefined : keyBytes(from, "from");
  const endKey = to === undefined ? undefined : keyBytes(to, "to");
  return {
    fields: { prefix: prefixBytes(prefix), desc, ...(endKey && { endKey }) },
    start: seekKey && { seekKey, inclusiveSeek: true },
  };
}

/** Where in a sorted set a page has ended. */
interface SetPosition {
  readonly score: number;
  readonly key: Uint8Array;
  readonly atTx: bigint;
}

/** Where in a key's history a page has ended. */
interface HistoryPosition {
  readonly offset: number;
  readonly tx: bigint;
}

function checkMaxScore(score: number): number {
  return checkScore(score === Number.POSITIVE_INFINITY ? Number.MAX_VALUE : score, "maxScore");
}

/** The next higher number: from above, the server leaves out the elements that have `maxScore` itself. */
function nextUp(score: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, score);
  view.setBigUint64(0, view.getBigUint64(0) + 1n);
  return view.getFloat64(0);
}

/** Transactions are large: a page holds fewer of them. */
const maxTransactions = maxPageSize / 10;
