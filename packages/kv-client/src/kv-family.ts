import type { CallOptions, CodecOrSchema, InputOf, OutputOf, ValueCodec } from "@pumice/client-core";
import type { KvBytes, KvCommit, KvEntry, KvGetOptions, KvScan, KvScanOptions } from "./kv-client.js";

/** One column family; the calls are those of `KvClient`. */
export interface KvFamily {
  readonly name: string;
  get(key: KvBytes, options?: KvGetOptions): Promise<KvEntry | undefined>;
  put(key: KvBytes, value: KvBytes, options?: CallOptions): Promise<KvCommit>;
  delete(key: KvBytes, options?: CallOptions): Promise<KvCommit>;
  scan(prefix?: KvBytes, options?: KvScanOptions): KvScan<KvEntry>;
}

/**
 * One column family with keys and values that are encoded, decoded and validated; the calls are those of `KvClient`.
 *
 * A schema validates, it does not transform what is stored: put validates a value and stores the *input*; get and scan
 * decode, validate again and give the schema's *output*. What does not fit is a {@link SchemaError}, a TypeError that
 * names family, key and all problems: at `put` before anything is sent, at `get` and in a scan because something else is
 * stored.
 */
export interface KvTypedFamily<C extends KvCodecs> {
  readonly name: string;
  get(key: KvTypedKey<C>, options?: KvGetOptions): Promise<KvTypedEntry<C> | undefined>;
  put(key: KvTypedKey<C>, value: KvTypedValue<C>, options?: CallOptions): Promise<KvCommit>;
  delete(key: KvTypedKey<C>, options?: CallOptions): Promise<KvCommit>;
  /** @param prefix - Of the encoded keys, which come in the order of their bytes. */
  scan(prefix?: KvBytes, options?: KvScanOptions): KvScan<KvTypedEntry<C>>;
}

/** How keys and values of a family become bytes; what is left out takes strings and bytes. */
export interface KvCodecs {
  /** A codec, or a Standard Schema of strings, which are stored as UTF-8. */
  readonly key?: KvKeyCodec | undefined;
  /** A codec, or a Standard Schema, which means JSON that fits it. */
  readonly value?: CodecOrSchema | undefined;
}

export type KvKeyCodec = ValueCodec<never, unknown> | KvKeySchema;

/** A Standard Schema whose input is a string. */
export type KvKeySchema = Extract<CodecOrSchema, { readonly "~standard": unknown }> & {
  readonly "~standard": { readonly types?: { readonly input: string; readonly output: unknown } | undefined };
};

/** A key with its value, decoded. */
export interface KvTypedEntry<C extends KvCodecs> {
  /** Without a key codec this throws a TypeError for bytes that are not UTF-8: read `keyBytes`. */
  readonly key: C extends { readonly key: infer K extends CodecOrSchema } ? OutputOf<K> : string;
  readonly value: C extends { readonly value: infer V extends CodecOrSchema } ? OutputOf<V> : Uint8Array;
  /** The key as it is stored. */
  readonly keyBytes: Uint8Array;
  /** The value as it is stored. */
  readonly bytes: Uint8Array;
}

/** What a typed family takes as a key. */
export type KvTypedKey<C extends KvCodecs> = C extends { readonly key: infer K extends CodecOrSchema }
  ? InputOf<K>
  : KvBytes;

/** What a typed family takes as a value. */
export type KvTypedValue<C extends KvCodecs> = C extends { readonly value: infer V extends CodecOrSchema }
  ? InputOf<V>
  : KvBytes;
