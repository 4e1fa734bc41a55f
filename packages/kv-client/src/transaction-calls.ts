import type { CallOptions } from "@pumice/client-core";
import { codecShape, type EntryShape, plainShape } from "./entry-shape.js";
import { checkFamilyName, familyName } from "./family-name.js";
import type { KvBytes, KvScan, KvScanOptions } from "./kv-client.js";
import type { KvCodecs } from "./kv-family.js";
import type { KvTransactionCalls, KvTransactionFamily, KvTypedTransactionFamily } from "./kv-transaction.js";
import type { OpenTransaction } from "./open-transaction.js";
import { scan } from "./scan.js";

/** What its user can do with an open transaction. */
export function transactionCalls(txn: OpenTransaction): KvTransactionCalls {
  function family(name: string): KvTransactionFamily;
  function family<C extends KvCodecs>(name: string, codecs: C): KvTypedTransactionFamily<C>;
  function family(name: string, codecs?: KvCodecs): KvTransactionFamily | KvTypedTransactionFamily<KvCodecs> {
    checkFamilyName(name);
    return codecs ? typedFamily(txn, name, codecs) : plainFamily(txn, name);
  }
  return {
    id: txn.id,
    startTimestamp: txn.startTimestamp,
    get: async (key, options = {}) => plainFamily(txn, options.family).get(key, options),
    put: (key, value, options = {}) => plainFamily(txn, options.family).put(key, value),
    delete: (key, options = {}) => plainFamily(txn, options.family).delete(key),
    scan: (prefix, options = {}) => plainFamily(txn, options.family).scan(prefix, options),
    family,
    rollback: (options = {}) => txn.rollback(options),
  };
}

function plainFamily(txn: OpenTransaction, name: string | undefined): KvTransactionFamily {
  const cfName = familyName(name);
  return {
    name: name ?? "default",
    get: (key, options = {}) => read(txn, { cfName, shape: plainShape }, key, options),
    put(key, value) {
      txn.check("put");
      txn.writes.add({ key: plainShape.key(key), value: plainShape.value(value), cfName });
    },
    delete(key) {
      txn.check("delete");
      txn.writes.add({ key: plainShape.key(key), cfName });
    },
    scan: (prefix, options = {}) => scanOver(txn, { cfName, shape: plainShape }, prefix, options),
  };
}

function typedFamily<C extends KvCodecs>(txn: OpenTransaction, name: string, codecs: C): KvTypedTransactionFamily<C> {
  const table = { cfName: familyName(name), shape: codecShape(name, codecs) };
  const { cfName, shape } = table;
  return {
    name,
    get: (key, options = {}) => read(txn, table, key, options),
    put: (typedKey, typedValue) =>
      txn.later(async () => {
        txn.check("put");
        const key = await shape.key(typedKey);
        txn.writes.add({ key, value: await shape.value(typedValue, key), cfName });
      }),
    delete: (typedKey) =>
      txn.later(async () => {
        txn.check("delete");
        txn.writes.add({ key: await shape.key(typedKey), cfName });
      }),
    scan: (prefix, options = {}) => scanOver(txn, table, prefix, options),
  };
}

interface Table<Key, Value, Entry> {
  readonly cfName: string;
  readonly shape: EntryShape<Key, Value, Entry>;
}

async function read<Key, Value, Entry>(
  txn: OpenTransaction,
  { cfName, shape }: Table<Key, Value, Entry>,
  typedKey: Key,
  options: CallOptions,
): Promise<Entry | undefined> {
  txn.check("get");
  const key = await shape.key(typedKey);
  const own = txn.writes.find(cfName, key);
  // A copy: what the reader does to it must not reach the commit.
  const value = own ? own.value?.slice() : await txn.read({ key, cfName }, options);
  return value && shape.entry(key, value);
}

function scanOver<Key, Value, Entry extends { readonly keyBytes: Uint8Array }>(
  txn: OpenTransaction,
  { cfName, shape }: Table<Key, Value, Entry>,
  prefix: KvBytes = "",
  options: KvScanOptions,
): KvScan<Entry> {
  txn.check("scan");
  const ownWrites = (under: Uint8Array) => {
    txn.check("scan");
    return txn.writes.under(cfName, under);
  };
  return scan(txn.rpcs, { prefix, cfName, shape, options: txn.options(options), ownWrites });
}
