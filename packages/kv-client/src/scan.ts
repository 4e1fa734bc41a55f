import { Code } from "@connectrpc/connect";
import { type CallOptions, checkCallOptions, PumiceError, resumableStream, toBytes } from "@pumice/client-core";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { compareBytes } from "./compare-bytes.js";
import type { EntryShape } from "./entry-shape.js";
import type { KvBytes, KvScan, KvScanOptions } from "./kv-client.js";
import { checkReadSize, type Write } from "./message-size.js";
import { overlayWrites, type Row } from "./overlay-writes.js";
import type { KvRpcs } from "./rpcs.js";

const { scan: method } = ScoriaDB.method;

/** A scan that has not begun. */
export interface ScanPlan<Entry> {
  readonly prefix: KvBytes;
  readonly cfName: string;
  readonly shape: Pick<EntryShape<never, never, Entry>, "entry">;
  readonly options: KvScanOptions;
  /** A transaction's own writes under a prefix, in the order of their keys; asked when the first entry is. */
  readonly ownWrites?: ((prefix: Uint8Array) => readonly Write[]) | undefined;
}

/** Scans a prefix; each loop over the result is a scan of its own. */
export function scan<Entry extends { readonly keyBytes: Uint8Array }>(
  rpcs: KvRpcs,
  { prefix, cfName, shape, options, ownWrites }: ScanPlan<Entry>,
): KvScan<Entry> {
  const request = { prefix: toBytes(prefix, "prefix"), cfName };
  const { limit = Number.POSITIVE_INFINITY, signal, retry, onConnectionLost, onConnectionRegained } = options;
  checkReadSize("scan a prefix", { key: request.prefix, cfName });
  checkLimit(limit);
  checkCallOptions(options);
  const rowsOf = (call: CallOptions, opened: () => void): AsyncIterable<Row> =>
    rpcs.calls.stream(method, call, (stubOptions) => rpcs.stub.scan(request, { ...stubOptions, onHeader: opened }));

  return {
    [Symbol.asyncIterator]() {
      const remainingMs = countdown(options.timeoutMs);
      let found = 0;
      let writes: readonly Write[] | undefined;
      const entries = resumableStream<Entry, Uint8Array>({
        rpc: `${method.parent.typeName}/${method.name}`,
        async *open(after, signal, opened) {
          if (found >= limit) return;
          writes ??= ownWrites?.(request.prefix) ?? [];
          const call = { ...options, signal, timeoutMs: remainingMs(), retry: found > 0 ? "never" : retry } as const;
          for await (const { key, value } of behind(after, overlayWrites(rowsOf(call, opened), writes))) {
            found += 1;
            yield await shape.entry(key, value);
            if (found >= limit) return;
          }
        },
        // Before its first entry a scan is repeated like any other call; behind it, by its position.
        isLost: (error) => found > 0 && retry !== "never" && isUnavailable(error),
        positionOf: ({ keyBytes }) => keyBytes.slice(), // a copy: the entry's bytes are the reader's
        signal,
        observer: rpcs.observe,
        onLost(event) {
          if (event.pauseMs >= (remainingMs() ?? Number.POSITIVE_INFINITY)) throw event.error; // as for any other call
          onConnectionLost?.(event);
        },
        onRegained: onConnectionRegained,
      });
      return entries[Symbol.asyncIterator]();
    },
    async toArray() {
      const entries: Entry[] = [];
      for await (const entry of this) entries.push(entry);
      return entries;
    },
  };
}

function isUnavailable(error: unknown): boolean {
  return error instanceof PumiceError && error.code === Code.Unavailable;
}

/** The protocol has no start key: what was handed out comes once more. */
async function* behind(after: Uint8Array | undefined, rows: AsyncIterable<Row>): AsyncIterable<Row> {
  for await (const row of rows) {
    if (after === undefined || compareBytes(row.key, after) > 0) yield row;
  }
}

function checkLimit(limit: unknown): void {
  if (limit === Number.POSITIVE_INFINITY) return;
  if (typeof limit !== "number") {
    throw new TypeError(`Cannot scan: limit must be a number, got ${limit === null ? "null" : typeof limit}`);
  }
  if (!Number.isSafeInteger(limit) || limit < 0) {
    throw new RangeError(`Cannot scan: limit must be a whole number >= 0, or Infinity, got ${limit}`);
  }
}

/** Milliseconds that remain of a time that runs from now on; a call wants at least 1. */
function countdown(timeoutMs: number | undefined): () => number | undefined {
  if (timeoutMs === undefined) return () => undefined;
  const endsAtMs = performance.now() + timeoutMs;
  return () => Math.max(1, endsAtMs - performance.now());
}
