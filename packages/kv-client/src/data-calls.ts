import type { CallOptions } from "@pumice/client-core";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import type { KvCommit, KvGetOptions } from "./kv-client.js";
import { checkReadSize, checkWriteSize, type Write } from "./message-size.js";
import type { KvRpcs } from "./rpcs.js";

const { get, put, delete: remove } = ScoriaDB.method;

/** Reads the value of a key; undefined if there is no such key. */
export async function readValue(
  { stub, calls }: KvRpcs,
  { key, cfName }: Pick<Write, "key" | "cfName">,
  options: KvGetOptions,
): Promise<Uint8Array | undefined> {
  const snapshotTs = snapshot(options.snapshotTimestamp);
  checkReadSize("get a key", { key, cfName }, snapshotTs);
  const request = { key, cfName, snapshotTs };
  const { found, value } = await calls.unary(get, options, (call) => stub.get(request, call));
  return found ? value : undefined;
}

/** Puts or deletes one key. */
export async function writeNow({ stub, calls }: KvRpcs, write: Write, options: CallOptions): Promise<KvCommit> {
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
