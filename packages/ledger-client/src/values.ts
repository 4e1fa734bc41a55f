import { type CodecOrSchema, codecOf, type InputOf, type OutputOf } from "@pumice/client-core";
import { keyBytes } from "./ledger-arguments.js";
import type { LedgerClient } from "./ledger-client.js";
import type { LedgerBytes, LedgerValue } from "./ledger-entry.js";
import type { LedgerPages } from "./ledger-reads.js";
import type { LedgerTyped, LedgerTypedEntries, LedgerValues } from "./ledger-values.js";
import { pairsOf } from "./write-requests.js";

type Pair = readonly [LedgerBytes, Uint8Array];

/** The calls of a client with typed values. */
export function ledgerValues<C extends CodecOrSchema>(client: LedgerClient, codecOrSchema: C): LedgerValues<C> {
  const codec = codecOf(codecOrSchema);

  const encoded = async ([key, value]: readonly [LedgerBytes, InputOf<C>]): Promise<Pair> => {
    return [key, await codec.encode(value, placeOf(keyBytes(key)))];
  };
  const allEncoded = (entries: LedgerTypedEntries<C>): Promise<Pair[]> =>
    Promise.all(pairsOf<InputOf<C>>(entries).map(encoded));
  const decoded = async ({ keyBytes: key, bytes }: LedgerValue): Promise<OutputOf<C>> =>
    await codec.decode(bytes, placeOf(key));
  const typed = async <Entry extends LedgerValue>(entry: Entry): Promise<LedgerTyped<C, Entry>> =>
    Object.assign(entry, { value: await decoded(entry) });

  return {
    set: async (key, value, options) => client.setAll([await encoded([key, value])], options),
    setAll: async (entries, options) => client.setAll(await allEncoded(entries), options),
    async get(key, options) {
      const entry = await client.get(key, options);
      return entry && typed(entry);
    },
    async getAll(keys, options) {
      const found = await client.getAll(keys, options);
      const entries = [...found].map(async ([key, entry]) => [key, entry && (await typed(entry))] as const);
      return new Map(await Promise.all(entries));
    },
    scan: (prefix, options) => mapped(client.scan(prefix, options), typed),
    history: (key, options) =>
      mapped(client.history(key, options), async (version) => {
        const hasValue = !version.deleted && !version.expired;
        return Object.assign(version, { value: hasValue ? await decoded(version) : undefined });
      }),
    verifiedSet: async (key, value, options) => client.verifiedSetAll([await encoded([key, value])], options),
    verifiedSetAll: async (entries, options) => client.verifiedSetAll(await allEncoded(entries), options),
    async verifiedGet(key, options) {
      const entry = await client.verifiedGet(key, options);
      return entry && typed(entry);
    },
  };
}

function mapped<A, B>(source: LedgerPages<A>, change: (item: A) => Promise<B>): LedgerPages<B> {
  return {
    async *[Symbol.asyncIterator]() {
      for await (const item of source) yield await change(item);
    },
    async toArray() {
      return Promise.all((await source.toArray()).map(change));
    },
  };
}

/** A value for an error: by its key's text, or its bytes if it is none. */
function placeOf(key: Uint8Array): string {
  try {
    return `value of key ${JSON.stringify(new TextDecoder("utf-8", { fatal: true }).decode(key))}`;
  } catch {
    return `value of key 0x${Array.from(key, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  }
}
