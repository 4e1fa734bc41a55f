import type { MessageInitShape } from "@bufbuild/protobuf";
import { toBytes } from "@pumice/client-core";
import { type EntriesSpecSchema, EntryTypeAction, type KVMetadata, type Tx } from "@pumice/stubs/immudb";
import { dateOf, expiryOf, plainView } from "./entry.js";
import { keyBytes } from "./ledger-arguments.js";
import type {
  LedgerTransaction,
  LedgerTxElement,
  LedgerTxEntry,
  VerifiedTransaction,
  VerifiedTxEntry,
} from "./ledger-transaction.js";
import { sameBytes } from "./verify/bytes.js";
import type { VerifiedTx } from "./verify/check-verifiable-tx.js";
import type { HashedEntry } from "./verify/entry-digest.js";
import type { Sha256 } from "./verify/sha256.js";
import { storedValue } from "./verify/stored-entry.js";

/** Asks for all entries as the ledger stores them. */
export const wholeEntries: MessageInitShape<typeof EntriesSpecSchema> = {
  kvEntriesSpec: { action: EntryTypeAction.RAW_VALUE },
  zEntriesSpec: { action: EntryTypeAction.RAW_VALUE },
  sqlEntriesSpec: { action: EntryTypeAction.RAW_VALUE },
};

/** A transaction of an answer to {@link wholeEntries}. */
export function ledgerTransaction({ header, entries }: Tx): LedgerTransaction {
  return {
    txId: header?.id ?? 0n,
    timestamp: dateOf(header?.ts ?? 0n),
    entries: entries.map(({ key, value, metadata }) => txEntry(plainView(key), plainView(value), metadata)),
  };
}

/** What a proof has shown of a transaction. */
export function verifiedTransaction(sha256: Sha256, { transaction, entries }: VerifiedTx): VerifiedTransaction {
  const proven = entries.map(verifiedTxEntry);
  return {
    verified: true,
    txId: transaction.id,
    timestamp: dateOf(transaction.timestampSeconds),
    entries: proven,
    holds(key, value) {
      const wanted = keyBytes(key);
      const hash = sha256(storedValue(toBytes(value, "value")));
      return proven.some(
        (entry) => entry.kind === "key" && sameBytes(entry.key, wanted) && sameBytes(entry.storedValueHash, hash),
      );
    },
  };
}

function txEntry(stored: Uint8Array, value: Uint8Array, metadata: KVMetadata | undefined): LedgerTxEntry {
  const key = plainKey(stored);
  if (!key) return element(stored) ?? { kind: "other", storedKey: stored };
  if (metadata?.deleted) return { kind: "deletion", key };
  if (value[0] === referencePrefix && value.length > referenceHead) {
    const atTx = viewOf(value).getBigUint64(1);
    return { kind: "reference", key, target: value.subarray(referenceHead), atTx: atTx || undefined };
  }
  return { kind: "value", key, value: value.subarray(1), expiresAt: expiryOf(metadata) };
}

function verifiedTxEntry({ key: hashed, valueHash, metadata }: HashedEntry): VerifiedTxEntry {
  const stored = plainView(hashed);
  const key = plainKey(stored);
  if (!key) return element(stored) ?? { kind: "other", storedKey: stored };
  if (metadata?.deleted) return { kind: "deletion", key };
  const expiresAt = metadata?.expiresAt;
  return {
    kind: "key",
    key,
    storedValueHash: plainView(valueHash),
    expiresAt: expiresAt === undefined ? undefined : dateOf(expiresAt),
  };
}

function plainKey(stored: Uint8Array): Uint8Array | undefined {
  return stored[0] === keyPrefix ? stored.subarray(1) : undefined;
}

/** Parts of a sorted set's key, which has their lengths in front of them; undefined if it is none. */
function element(stored: Uint8Array): LedgerTxElement | undefined {
  if (stored[0] !== elementPrefix || stored.length < 34) return undefined;
  const view = viewOf(stored);
  const setEnd = 9 + Number(view.getBigUint64(1));
  const keyEnd = stored.length - 8;
  if (setEnd + 17 > keyEnd) return undefined;
  return {
    kind: "element",
    set: stored.subarray(9, setEnd),
    score: view.getFloat64(setEnd),
    key: stored.subarray(setEnd + 17, keyEnd),
    atTx: view.getBigUint64(keyEnd) || undefined,
  };
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

const keyPrefix = 0;
const elementPrefix = 1;
const referencePrefix = 1;
/** The prefix, the transaction, and the prefix of the target's key. */
const referenceHead = 10;
