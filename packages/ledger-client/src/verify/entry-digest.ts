import { concatBytes, isDigest, u16 } from "./bytes.js";
import { type EntryMetadata, entryMetadataBytes } from "./entry-metadata.js";
import type { Sha256 } from "./sha256.js";

/** An entry as it is hashed. */
export interface HashedEntry {
  /** With the prefix of its kind. */
  readonly key: Uint8Array;
  readonly metadata: EntryMetadata | undefined;
  /** The hash of the stored value, which has a prefix too. */
  readonly valueHash: Uint8Array;
}

/**
 * The hash of an entry, in the manner of its transaction's header version.
 *
 * @returns undefined if there is none: an unknown version, metadata in version 0, a key or a hash of impossible length.
 */
export function entryDigest(
  sha256: Sha256,
  version: number,
  { key, metadata, valueHash }: HashedEntry,
): Uint8Array | undefined {
  if (!isDigest(valueHash) || key.length > 0xffff) return undefined;
  const metadataBytes = entryMetadataBytes(metadata);
  if (version === 0) return metadata ? undefined : sha256(concatBytes(key, valueHash));
  if (version !== 1) return undefined;
  return sha256(concatBytes(u16(metadataBytes.length), metadataBytes, u16(key.length), key, valueHash));
}
