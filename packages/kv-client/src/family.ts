import type { CallOptions } from "@pumice/client-core";
import { readValue, writeNow } from "./data-calls.js";
import { codecShape, type EntryShape, plainShape } from "./entry-shape.js";
import { checkFamilyName, familyName } from "./family-name.js";
import type { KvBytes, KvClient, KvCommit, KvGetOptions, KvScan, KvScanOptions } from "./kv-client.js";
import type { KvCodecs, KvFamily, KvTypedFamily } from "./kv-family.js";
import type { KvRpcs } from "./rpcs.js";
import { scan } from "./scan.js";

/** `get`, `put`, `delete` and `scan` of a client, on the family that each call names. */
export function dataCalls(rpcs: KvRpcs): Pick<KvClient, "get" | "put" | "delete" | "scan"> {
  const table = (family: string | undefined) => ({ cfName: familyName(family), shape: plainShape });
  return {
    get: async (key, options = {}) => get(rpcs, table(options.family), key, options),
    put: async (key, value, options = {}) => put(rpcs, table(options.family), [key, value], options),
    delete: async (key, options = {}) => remove(rpcs, table(options.family), key, options),
    scan: (prefix = "", options = {}) => scan(rpcs, { ...table(options.family), prefix, options }),
  };
}

/** The same calls on one family. */
export function familyOf(rpcs: KvRpcs): KvClient["family"] {
  function family(name: string): KvFamily;
  function family<C extends KvCodecs>(name: string, codecs: C): KvTypedFamily<C>;
  function family(name: string, codecs?: KvCodecs): KvFamily | KvTypedFamily<KvCodecs> {
    const cfName = familyName(checkFamilyName(name));
    if (codecs) return tableCalls(rpcs, name, { cfName, shape: codecShape(name, codecs) });
    return tableCalls(rpcs, name, { cfName, shape: plainShape });
  }
  return family;
}

/** A family, and how its entries look. */
interface Table<Key, Value, Entry> {
  readonly cfName: string;
  readonly shape: EntryShape<Key, Value, Entry>;
}

function tableCalls<Key, Value, Entry extends { readonly keyBytes: Uint8Array }>(
  rpcs: KvRpcs,
  name: string,
  table: Table<Key, Value, Entry>,
) {
  return {
    name,
    get: (key: Key, options: KvGetOptions = {}): Promise<Entry | undefined> => get(rpcs, table, key, options),
    put: (key: Key, value: Value, options: CallOptions = {}): Promise<KvCommit> =>
      put(rpcs, table, [key, value], options),
    delete: (key: Key, options: CallOptions = {}): Promise<KvCommit> => remove(rpcs, table, key, options),
    scan: (prefix: KvBytes = "", options: KvScanOptions = {}): KvScan<Entry> =>
      scan(rpcs, { ...table, prefix, options }),
  };
}

async function get<Key, Value, Entry>(
  rpcs: KvRpcs,
  { cfName, shape }: Table<Key, Value, Entry>,
  typedKey: Key,
  options: KvGetOptions,
): Promise<Entry | undefined> {
  const key = await shape.key(typedKey);
  const value = await readValue(rpcs, { key, cfName }, options);
  return value && shape.entry(key, value);
}

async function put<Key, Value, Entry>(
  rpcs: KvRpcs,
  { cfName, shape }: Table<Key, Value, Entry>,
  [typedKey, typedValue]: readonly [Key, Value],
  options: CallOptions,
): Promise<KvCommit> {
  const key = await shape.key(typedKey);
  return writeNow(rpcs, { key, value: await shape.value(typedValue, key), cfName }, options);
}

async function remove<Key, Value, Entry>(
  rpcs: KvRpcs,
  { cfName, shape }: Table<Key, Value, Entry>,
  typedKey: Key,
  options: CallOptions,
): Promise<KvCommit> {
  return writeNow(rpcs, { key: await shape.key(typedKey), cfName }, options);
}
