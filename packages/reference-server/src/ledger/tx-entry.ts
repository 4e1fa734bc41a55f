import type { KVMetadata } from "@pumice/stubs/immudb";
import { bigEndian, sha256 } from "./hashing.js";

/** What an entry carries beside its value. */
export interface EntryMetadata {
  readonly deleted: boolean;
  readonly nonIndexable: boolean;
  /** In seconds since the Unix epoch. */
  readonly expiration?: { readonly expiresAt: bigint };
}

/** What a transaction writes: key and value with the prefixes of their kind. */
export interface NewEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly metadata?: EntryMetadata | undefined;
}

/** What a transaction has written. */
export interface TxEntry extends NewEntry {
  /** Taken when it was written: a value that is changed afterwards no longer fits. */
  readonly valueHash: Uint8Array;
}

/** The first byte of a stored key. */
export const keyPrefix = { value: 0, sortedSet: 1 } as const;

/** The first byte of a stored value. */
const valuePrefix = { plain: 0, reference: 1 } as const;

export function storedKey(key: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([keyPrefix.value]), key]);
}

export function storedValue(value: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from([valuePrefix.plain]), value]);
}

/** Where a reference leads: the transaction that it is bound to, or 0, and the stored key. */
export interface ReferenceTarget {
  readonly atTx: bigint;
  readonly key: Uint8Array;
}

export function storedReference({ atTx, key }: ReferenceTarget): Uint8Array {
  return Buffer.concat([Buffer.from([valuePrefix.reference]), bigEndian.u64(atTx), key]);
}

/** The target if the stored value is a reference. */
export function referenceTarget(value: Uint8Array): ReferenceTarget | undefined {
  if (value[0] !== valuePrefix.reference) return undefined;
  return { atTx: Buffer.from(value).readBigUInt64BE(1), key: value.subarray(9) };
}

/** A message's metadata; undefined where it says nothing. */
export function metadataOf(message: KVMetadata | undefined): EntryMetadata | undefined {
  if (!message) return undefined;
  const { deleted, nonIndexable, expiration } = message;
  if (!deleted && !nonIndexable && !expiration) return undefined;
  return { deleted, nonIndexable, ...(expiration && { expiration: { expiresAt: expiration.expiresAt } }) };
}

/** The hash of an entry under a header version. */
export function entryDigest({ key, valueHash, metadata }: TxEntry, version: number): Uint8Array {
  if (version === 0) return sha256(key, valueHash);
  const attributes = metadataBytes(metadata);
  return sha256(bigEndian.u16(attributes.length), attributes, bigEndian.u16(key.length), key, valueHash);
}

function metadataBytes(metadata: EntryMetadata | undefined): Uint8Array {
  const parts: Uint8Array[] = [];
  if (metadata?.deleted) parts.push(Buffer.from([0]));
  if (metadata?.expiration) parts.push(Buffer.from([1]), bigEndian.u64(metadata.expiration.expiresAt));
  if (metadata?.nonIndexable) parts.push(Buffer.from([2]));
  return Buffer.concat(parts);
}
