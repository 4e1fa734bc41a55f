import { codecOf, text, toBytes, toText, type ValueCodec, validate } from "@pumice/client-core";
import { kvEntry, plainView } from "./entry.js";
import type { KvBytes, KvEntry } from "./kv-client.js";
import type { KvCodecs, KvKeyCodec, KvTypedEntry, KvTypedKey, KvTypedValue } from "./kv-family.js";

type Bytes = Uint8Array<ArrayBuffer>;

/** How the keys, values and entries of a family look to its user; a promise only where a schema takes its time. */
export interface EntryShape<Key, Value, Entry> {
  key(key: Key): Bytes | Promise<Bytes>;
  value(value: Value, key: Uint8Array): Bytes | Promise<Bytes>;
  entry(key: Uint8Array, value: Uint8Array): Entry | Promise<Entry>;
}

interface PlainShape extends EntryShape<KvBytes, KvBytes, KvEntry> {
  key(key: KvBytes): Bytes;
  value(value: KvBytes): Bytes;
  entry(key: Uint8Array, value: Uint8Array): KvEntry;
}

/** Strings and bytes as they are. */
export const plainShape: PlainShape = {
  key: (key) => toBytes(key, "key"),
  value: (value) => toBytes(value, "value"),
  entry: kvEntry,
};

/**
 * Keys and values by codec or schema.
 *
 * @param family - Its name, for the errors.
 */
export function codecShape<C extends KvCodecs>(
  family: string,
  codecs: C,
): EntryShape<KvTypedKey<C>, KvTypedValue<C>, KvTypedEntry<C>> {
  const keys = codecs.key ? keyCodec(codecs.key) : undefined;
  const values: ValueCodec<never, unknown> = codecs.value ? codecOf(codecs.value) : plainValues;
  const ofKey = `key in family ${JSON.stringify(family)}`;
  const ofValue = (key: Uint8Array) => `value of key ${inWords(key)} in family ${JSON.stringify(family)}`;
  // `never` is what a codec takes of which nothing is known; C says what this one takes.
  const shape: EntryShape<never, never, TypedEntry> = {
    key: (key) => whole(keys ? keys.encode(key, ofKey) : toBytes(key, ofKey), ofKey),
    value: (value, key) => whole(values.encode(value, ofValue(key)), ofValue(key)),
    async entry(keyBytes, valueBytes) {
      const [key, bytes] = [plainView(keyBytes), plainView(valueBytes)];
      const decodedKey = keys ? { key: await keys.decode(key, ofKey) } : undefined;
      return new TypedEntry(key, bytes, await values.decode(bytes, ofValue(key)), decodedKey);
    },
  };
  return shape as EntryShape<KvTypedKey<C>, KvTypedValue<C>, KvTypedEntry<C>>;
}

/** A schema of keys means text: JSON would put them between quotes, and a prefix would find nothing. */
function keyCodec(codec: KvKeyCodec): ValueCodec<never, unknown> {
  if (!("~standard" in codec)) return codec;
  return {
    encode(key: string, where) {
      const output = validate(codec, key, where ?? "key");
      return output instanceof Promise ? output.then(() => text.encode(key, where)) : text.encode(key, where);
    },
    decode: (stored, where) => validate(codec, text.decode(stored, where), where ?? "key"),
  };
}

const plainValues: ValueCodec<KvBytes, Uint8Array> = {
  encode: (value, where = "value") => toBytes(value, where),
  decode: (stored) => stored,
};

/** What a codec made, which may be the caller's own. */
function whole(encoded: Uint8Array | Promise<Uint8Array>, where: string): Bytes | Promise<Bytes> {
  if (encoded instanceof Promise) return encoded.then((bytes) => whole(bytes, where));
  return toBytes(encoded, `encoded ${where}`);
}

// A class, so that `key`, which may throw, is no property of its own, as in an untyped entry.
class TypedEntry {
  readonly #decodedKey: { readonly key: unknown } | undefined;

  constructor(
    readonly keyBytes: Uint8Array,
    readonly bytes: Uint8Array,
    readonly value: unknown,
    decodedKey: { readonly key: unknown } | undefined,
  ) {
    this.#decodedKey = decodedKey;
  }

  get key(): unknown {
    return this.#decodedKey ? this.#decodedKey.key : toText(this.keyBytes, "key");
  }
}

/** A key for an error: its text, or its bytes if it is none. */
function inWords(key: Uint8Array): string {
  try {
    return JSON.stringify(toText(key, "key"));
  } catch {
    return `0x${Array.from(key, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  }
}
