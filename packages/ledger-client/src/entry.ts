import { toText } from "@pumice/client-core";
import type { Entry, KVMetadata, ZEntry } from "@pumice/stubs/immudb";
import type { LedgerElement, LedgerEntry, LedgerReferrer, LedgerVersion, VerifiedEntry } from "./ledger-entry.js";

/** An entry of an answer. */
export function ledgerEntry({ key, value, tx, revision, metadata, referencedBy }: Entry): LedgerEntry {
  return new PlainEntry(plainView(key), plainView(value), {
    txId: tx,
    expiresAt: expiryOf(metadata),
    revision: revision || undefined,
    referencedBy:
      referencedBy && new Referrer(plainView(referencedBy.key), referencedBy.tx, referencedBy.atTx || undefined),
  });
}

/** A version in a key's history. */
export function ledgerVersion(entry: Entry): LedgerVersion {
  const { metadata, expired } = entry;
  return Object.assign(ledgerEntry(entry), { deleted: metadata?.deleted ?? false, expired });
}

export function ledgerElement({ score, atTx, key, entry }: ZEntry): LedgerElement | undefined {
  if (!entry) return undefined;
  return {
    score,
    atTx: atTx || undefined,
    entry: ledgerEntry({ ...entry, key: entry.key.length > 0 ? entry.key : key }),
  };
}

/** What a proof has shown of an entry. */
export interface ProvenEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly txId: bigint;
  readonly timestampSeconds: bigint;
  /** Seconds since the Unix epoch. */
  readonly expiresAt: bigint | undefined;
  readonly referencedBy?: LedgerReferrer | undefined;
}

export function verifiedEntry({
  key,
  value,
  txId,
  timestampSeconds,
  expiresAt,
  referencedBy,
}: ProvenEntry): VerifiedEntry {
  return new ProvenValue(plainView(key), plainView(value), {
    txId,
    expiresAt: expiresAt === undefined ? undefined : dateOf(expiresAt),
    timestamp: dateOf(timestampSeconds),
    referencedBy,
  });
}

/** A date of the server's seconds. */
export function dateOf(seconds: bigint): Date {
  return new Date(Number(seconds) * 1000);
}

/** When an entry expires, if it does. */
export function expiryOf(metadata: KVMetadata | undefined): Date | undefined {
  return metadata?.expiration && dateOf(metadata.expiration.expiresAt);
}

// Classes, so that `key`, which may throw, is no property of its own: an entry can be spread, logged and compared.
class Keyed {
  constructor(readonly keyBytes: Uint8Array) {}

  get key(): string {
    return toText(this.keyBytes, "key");
  }
}

class Valued extends Keyed {
  constructor(
    keyBytes: Uint8Array,
    readonly bytes: Uint8Array,
  ) {
    super(keyBytes);
  }

  text(): string {
    return toText(this.bytes, "value");
  }

  json(): unknown {
    return JSON.parse(this.text());
  }
}

class PlainEntry extends Valued implements LedgerEntry {
  readonly txId: bigint;
  readonly expiresAt: Date | undefined;
  readonly revision: bigint | undefined;
  readonly referencedBy: LedgerReferrer | undefined;

  constructor(
    keyBytes: Uint8Array,
    bytes: Uint8Array,
    { txId, expiresAt, revision, referencedBy }: Pick<LedgerEntry, "txId" | "expiresAt" | "revision" | "referencedBy">,
  ) {
    super(keyBytes, bytes);
    this.txId = txId;
    this.expiresAt = expiresAt;
    this.revision = revision;
    this.referencedBy = referencedBy;
  }
}

class ProvenValue extends Valued implements VerifiedEntry {
  readonly verified = true;
  readonly txId: bigint;
  readonly expiresAt: Date | undefined;
  readonly timestamp: Date;
  readonly referencedBy: LedgerReferrer | undefined;

  constructor(
    keyBytes: Uint8Array,
    bytes: Uint8Array,
    proven: Pick<VerifiedEntry, "txId" | "expiresAt" | "timestamp" | "referencedBy">,
  ) {
    super(keyBytes, bytes);
    this.txId = proven.txId;
    this.expiresAt = proven.expiresAt;
    this.timestamp = proven.timestamp;
    this.referencedBy = proven.referencedBy;
  }
}

/** A key that stands for another. */
export class Referrer extends Keyed implements LedgerReferrer {
  constructor(
    keyBytes: Uint8Array,
    readonly txId: bigint,
    readonly atTx: bigint | undefined,
  ) {
    super(keyBytes);
  }
}

/** Some transports hand out a Node Buffer, whose slice(), toString() and JSON are not those of a Uint8Array. */
export function plainView(bytes: Uint8Array): Uint8Array {
  if (bytes.constructor === Uint8Array) return bytes;
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
