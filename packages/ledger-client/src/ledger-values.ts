import type { CodecOrSchema, InputOf, OutputOf } from "@pumice/client-core";
import type { LedgerBytes, LedgerEntry, LedgerVersion, VerifiedEntry } from "./ledger-entry.js";
import type {
  LedgerGetAllOptions,
  LedgerGetOptions,
  LedgerHistoryOptions,
  LedgerPages,
  LedgerScanOptions,
} from "./ledger-reads.js";
import type { VerifiedCommit } from "./ledger-verified.js";
import type { LedgerCommit, LedgerSetOptions } from "./ledger-writes.js";

/**
 * Calls of a client with values that are encoded, decoded and validated.
 *
 * A schema validates, it does not transform what is stored: a write validates a value and stores the *input*; a read
 * decodes, validates again and gives the schema's *output*. What does not fit is a {@link SchemaError}, which names the key
 * and all problems: before anything is sent, or because something else is stored.
 */
export interface LedgerValues<C extends CodecOrSchema> {
  set(key: LedgerBytes, value: InputOf<C>, options?: LedgerSetOptions): Promise<LedgerCommit>;
  setAll(entries: LedgerTypedEntries<C>, options?: LedgerSetOptions): Promise<LedgerCommit>;
  get(key: LedgerBytes, options?: LedgerGetOptions): Promise<LedgerTyped<C, LedgerEntry> | undefined>;
  getAll<K extends LedgerBytes>(
    keys: readonly K[],
    options?: LedgerGetAllOptions,
  ): Promise<Map<K, LedgerTyped<C, LedgerEntry> | undefined>>;
  scan(prefix?: LedgerBytes, options?: LedgerScanOptions): LedgerPages<LedgerTyped<C, LedgerEntry>>;
  /** Deletions and expired versions have no value: theirs is `undefined`. */
  history(
    key: LedgerBytes,
    options?: LedgerHistoryOptions,
  ): LedgerPages<LedgerVersion & { readonly value: OutputOf<C> | undefined }>;
  verifiedSet(key: LedgerBytes, value: InputOf<C>, options?: LedgerSetOptions): Promise<VerifiedCommit>;
  verifiedSetAll(entries: LedgerTypedEntries<C>, options?: LedgerSetOptions): Promise<VerifiedCommit>;
  verifiedGet(key: LedgerBytes, options?: LedgerGetOptions): Promise<LedgerTyped<C, VerifiedEntry> | undefined>;
}

/** An entry with its value decoded. */
export type LedgerTyped<C extends CodecOrSchema, Entry> = Entry & { readonly value: OutputOf<C> };

/** Keys with their values. */
export type LedgerTypedEntries<C extends CodecOrSchema> =
  | Iterable<readonly [key: LedgerBytes, value: InputOf<C>]>
  | Readonly<Record<string, InputOf<C>>>;
