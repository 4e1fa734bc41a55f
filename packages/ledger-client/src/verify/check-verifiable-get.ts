import type { Entry, VerifiableEntry } from "@pumice/stubs/immudb";
import { sameBytes } from "./bytes.js";
import { entryDigest } from "./entry-digest.js";
import { isEntryIncluded } from "./entry-inclusion.js";
import { type EntryMetadata, entryMetadata } from "./entry-metadata.js";
import { type CheckContext, checkHistory, type Refuse, refusalOf } from "./history-check.js";
import type { LedgerState } from "./ledger-state.js";
import { type ProvenTransaction, provenTransaction } from "./proven-transaction.js";
import { storedKey, storedReference, storedValue } from "./stored-entry.js";

/** What was asked for. */
export interface RequestedKey {
  readonly key: Uint8Array;
  /** 0 unless the version of one transaction was asked for. */
  readonly atTx: bigint;
}

/** A version of the key that is in the ledger. That it is the latest one is not proven, nor is a revision number. */
export interface VerifiedValue {
  readonly kind: "value";
  readonly value: Uint8Array;
  readonly metadata: EntryMetadata | undefined;
  readonly transaction: ProvenTransaction;
  /** To be trusted from now on. */
  readonly state: LedgerState;
}

/**
 * The key stands for another. The value that the answer brought along is not proven: get the referenced key, at the
 * transaction of the answer's entry, and check that.
 */
export interface VerifiedReference {
  readonly kind: "reference";
  readonly referencedKey: Uint8Array;
  /** The transaction whose version of the referenced key is meant; 0 for the latest. */
  readonly atTx: bigint;
  readonly metadata: EntryMetadata | undefined;
  readonly transaction: ProvenTransaction;
  /** To be trusted from now on. */
  readonly state: LedgerState;
}

/**
 * Checks the answer of VerifiableGet: the entry is in its transaction, which belongs to the trusted history.
 *
 * @param answer - Of VerifiableGet.
 * @param context - `requested` is what was asked for: the proof is about this key, not about the one in the answer.
 * @throws {@link VerificationError} if the proof does not hold.
 */
export function checkVerifiableGet(
  answer: VerifiableEntry,
  context: CheckContext & { readonly requested: RequestedKey },
): VerifiedValue | VerifiedReference {
  const refuse = refusalOf("VerifiableGet");
  const { requested, sha256 } = context;
  const { entry, verifiableTx, inclusionProof } = answer;
  if (!entry || !verifiableTx || !inclusionProof) return refuse("answer", "it lacks the entry or a part of its proof");
  const reference = entry.referencedBy;
  if (!reference && !sameBytes(entry.key, requested.key)) return refuse("answer", "it is about another key");

  const txId = requested.atTx || (reference ?? entry).tx;
  const { header, state } = checkHistory(verifiableTx, txId, { ...context, refuse });
  const content = contentOf(entry, refuse);
  const digest = entryDigest(sha256, header.version, {
    key: storedKey(requested.key),
    metadata: content.metadata,
    valueHash: sha256(content.stored),
  });
  if (!digest || !isEntryIncluded(sha256, inclusionProof, { digest, root: header.eH })) {
    return refuse("entry-inclusion", `transaction ${txId} does not hold this entry`);
  }
  const { stored: _, ...shown } = content;
  return { ...shown, transaction: provenTransaction(header), state };
}

/** What the answer says of the entry, and the stored value that this would have. */
function contentOf({ key, value, metadata, referencedBy }: Entry, refuse: Refuse) {
  const own = entryMetadata((referencedBy ?? { metadata }).metadata);
  if (own?.deleted) return refuse("answer", "it shows a deleted entry");
  if (!referencedBy) return { kind: "value", value, metadata: own, stored: storedValue(value) } as const;
  const { atTx } = referencedBy;
  const stored = storedReference(key, atTx);
  return { kind: "reference", referencedKey: key, atTx, metadata: own, stored } as const;
}
