import type { CallOptions } from "@pumice/client-core";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import type { EntryShape } from "./entry-shape.js";
import type { KvCommit, KvGetOptions } from "./kv-client.js";
import { checkWriteSize, type Write } from "./message-size.js";
import type { KvRpcs } from "./rpcs.js";

const { get, put, delete: remove } = ScoriaDB.method;

/** A family, and how its entries look. */
export interface Table<Key, Value, Entry> {
  readonly cfName: string;
  readonly shape: EntryShape<Key, Value, Entry>;
}

/** Reads one key. */
export async function readEntry<Key, Value, Entry>(
  rpcs: KvRpcs,
  { cfName, shape }: Table<Key, Value, Entry>,
  key: Key,
  options: KvGetOptions,
): Promise<Entry | undefined> {
  const keyBytes = await shape.key(key);
  const value = await readValue(rpcs, { key: keyBytes, cfName }, options);
  return value && shape.entry(keyBytes, value);
}

/** Writes one key. */
export async function putEntry<Key, Value, Entry>(
  rpcs: KvRpcs,
  { cfName, shape }: Table<Key, Value, Entry>,
  [key, value]: readonly [Key, Value],
  options: CallOptions,
): Promise<KvCommit> {
  const keyBytes = await shape.key(key);
  return writeNow(rpcs, { key: keyBytes, value: await shape.value(value, keyBytes), cfName }, options);
}

/** Deletes one key. */
export async function deleteEntry<Key, Value, Entry>(
  rpcs: KvRpcs,
  { cfName, shape }: Table<Key, Value, Entry>,
  key: Key,
  options: CallOptions,
): Promise<KvCommit> {
  return writeNow(rpcs, { key: await shape.key(key), cfName }, options);
}

/** The value of a key; undefined if there is no such key. */
export async function readValue(
  { stub, calls }: KvRpcs,
  { key, cfName }: Pick<Write, "key" | "cfName">,
  options: KvGetOptions,
): Promise<Uint8Array | undefined> {
  const request = { key, cfName, snapshotTs: snapshot(options.snapshotTimestamp) };
  const { found, value } = await calls.unary(get, options, (call) => stub.get(request, call));
  return found ? value : undefined;
}

async function writeNow({ stub, calls }: KvRpcs, write: Write, options: CallOptions): Promise<KvCommit> {
  checkWriteSize(write);
  const { key, value, cfName } = write;
  const { commitTs } = value
    ? await calls.unary(put, options, (call) => stub.put({ key, value, cfName }, call))
    : await calls.unary(remove, options, (call) => stub.delete({ key, cfName }, call));
  return { commitTimestamp: commitTs };
}

/** The protocol's 0 means the latest version. */
function snapshot(timestamp: bigint | undefined): bigint {
  if (timestamp === undefined) return 0n;
  if (typeof timestamp !== "bigint") {
    throw new TypeError(`Cannot read a snapshot: snapshotTimestamp must be a bigint, got ${typeof timestamp}`);
  }
  if (timestamp < 1n || timestamp > maxInt64) {
    throw new RangeError(`Cannot read a snapshot: snapshotTimestamp must be from 1 to ${maxInt64}, got ${timestamp}`);
  }
  return timestamp;
}

const maxInt64 = 2n ** 63n - 1n;
