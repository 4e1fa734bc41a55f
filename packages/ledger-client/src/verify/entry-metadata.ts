import type { KVMetadata } from "@pumice/stubs/immudb";
import { concatBytes, u64 } from "./bytes.js";

/** What an entry carries beside its value. */
export interface EntryMetadata {
  /** Marks the key as deleted. */
  readonly deleted: boolean;
  /** Seconds since the Unix epoch; expired from that second on. */
  readonly expiresAt: bigint | undefined;
  /** Left out of the index: found by its transaction only. */
  readonly nonIndexable: boolean;
}

/** The message as plain data; undefined when it is missing or says nothing. */
export function entryMetadata(message: KVMetadata | undefined): EntryMetadata | undefined {
  if (!message) return undefined;
  const { deleted, expiration, nonIndexable } = message;
  if (!deleted && !expiration && !nonIndexable) return undefined;
  return { deleted, expiresAt: expiration?.expiresAt, nonIndexable };
}

/** Metadata as an entry's digest covers it: each attribute that is present, in this order. */
export function entryMetadataBytes(metadata: EntryMetadata | undefined): Uint8Array {
  if (!metadata) return new Uint8Array();
  const { deleted, expiresAt, nonIndexable } = metadata;
  return concatBytes(
    deleted ? Uint8Array.of(0) : new Uint8Array(),
    expiresAt === undefined ? new Uint8Array() : concatBytes(Uint8Array.of(1), u64(expiresAt)),
    nonIndexable ? Uint8Array.of(2) : new Uint8Array(),
  );
}
