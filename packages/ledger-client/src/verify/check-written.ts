import type { VerifiableTx } from "@pumice/stubs/immudb";
import { sameBytes } from "./bytes.js";
import { checkEntries } from "./check-verifiable-tx.js";
import { entryDigest, type HashedEntry } from "./entry-digest.js";
import type { EntryMetadata } from "./entry-metadata.js";
import { type CheckContext, checkHistory, refusalOf } from "./history-check.js";
import type { LedgerState } from "./ledger-state.js";
import { type ProvenTransaction, provenTransaction } from "./proven-transaction.js";
import { type SortedSetElement, storedKey, storedReference, storedSortedSetKey, storedValue } from "./stored-entry.js";

/** What was written, and is proven to be in the ledger. */
export interface VerifiedWrite {
  readonly transaction: ProvenTransaction;
  /** To be trusted from now on. */
  readonly state: LedgerState;
}

/** A key and value as they were sent. */
export interface WrittenValue {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly metadata?: EntryMetadata | undefined;
}

/** A reference as it was sent. */
export interface WrittenReference {
  readonly key: Uint8Array;
  readonly referencedKey: Uint8Array;
  /** 0 unless it was bound to a version. */
  readonly atTx: bigint;
}

/**
 * Checks the answer of VerifiableSet: the transaction holds exactly what was sent, and continues the trusted history.
 *
 * @param answer - Of VerifiableSet.
 * @param context - `written` is what was sent, in any order.
 * @throws {@link VerificationError} if it does not. The values may be in the ledger nevertheless.
 */
export function checkVerifiableSet(
  answer: VerifiableTx,
  context: CheckContext & { readonly written: readonly WrittenValue[] },
): VerifiedWrite {
  const stored = context.written.map(({ key, value, metadata }): StoredEntry => {
    return { key: storedKey(key), value: storedValue(value), metadata };
  });
  return checkWritten("VerifiableSet", answer, { ...context, stored });
}

/**
 * Checks the answer of VerifiableSetReference as {@link checkVerifiableSet} does.
 *
 * @throws {@link VerificationError} if the proof does not hold.
 */
export function checkVerifiableSetReference(
  answer: VerifiableTx,
  context: CheckContext & { readonly written: WrittenReference },
): VerifiedWrite {
  const { key, referencedKey, atTx } = context.written;
  const stored = [{ key: storedKey(key), value: storedReference(referencedKey, atTx), metadata: undefined }];
  return checkWritten("VerifiableSetReference", answer, { ...context, stored });
}

/**
 * Checks the answer of VerifiableZAdd as {@link checkVerifiableSet} does.
 *
 * @throws {@link VerificationError} if the proof does not hold.
 */
export function checkVerifiableZAdd(
  answer: VerifiableTx,
  context: CheckContext & { readonly written: SortedSetElement },
): VerifiedWrite {
  const stored = [{ key: storedSortedSetKey(context.written), value: new Uint8Array(), metadata: undefined }];
  return checkWritten("VerifiableZAdd", answer, { ...context, stored });
}

interface StoredEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly metadata: EntryMetadata | undefined;
}

function checkWritten(
  rpc: string,
  answer: VerifiableTx,
  { stored, ...context }: CheckContext & { readonly stored: readonly StoredEntry[] },
): VerifiedWrite {
  const refuse = refusalOf(rpc);
  const { sha256, trusted } = context;
  const txId = answer.tx?.header?.id;
  if (txId === undefined) return refuse("answer", "it has no transaction");
  if (txId <= trusted.txId) {
    return refuse("header", `transaction ${txId} is not newer than the trusted transaction ${trusted.txId}`);
  }
  const { header, state } = checkHistory(answer, txId, { ...context, refuse });
  const { entries, digests } = checkEntries(answer.tx, header, { ...context, refuse });
  if (entries.length !== stored.length) {
    return refuse("entries", `transaction ${txId} has ${entries.length} entries, ${stored.length} were sent`);
  }
  for (const [index, { key, value, metadata }] of stored.entries()) {
    const isThis = (entry: HashedEntry | undefined) => entry !== undefined && sameBytes(entry.key, key);
    // The server keeps the order, so mostly it is the first one looked at; but it is the key that counts.
    const found = isThis(entries[index]) ? index : entries.findIndex(isThis);
    const sent = entryDigest(sha256, header.version, { key, metadata, valueHash: sha256(value) });
    const written = digests[found];
    if (!sent || !written || !sameBytes(sent, written)) {
      refuse("entries", `transaction ${txId} does not hold item ${index} as it was sent`);
    }
  }
  return { transaction: provenTransaction(header), state };
}
