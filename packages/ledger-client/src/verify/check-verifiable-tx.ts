import type { Tx, TxEntry, TxHeader, VerifiableTx } from "@pumice/stubs/immudb";
import { accumulatedHash } from "./accumulated-hash.js";
import { sameBytes } from "./bytes.js";
import { entryDigest, type HashedEntry } from "./entry-digest.js";
import { entryMetadata } from "./entry-metadata.js";
import { entryTreeRoot } from "./entry-tree.js";
import { type CheckContext, checkHistory, type Refuse, refusalOf } from "./history-check.js";
import type { LedgerState } from "./ledger-state.js";
import { type ProvenTransaction, provenTransaction } from "./proven-transaction.js";
import type { Sha256 } from "./sha256.js";

/** A transaction and all that it wrote. */
export interface VerifiedTx {
  readonly transaction: ProvenTransaction;
  /** In the order they were written, without their values, whose hashes they have. */
  readonly entries: readonly HashedEntry[];
  /** To be trusted from now on. */
  readonly state: LedgerState;
}

/**
 * Checks the answer of VerifiableTxById: the header by the dual proof, and the entries by the header.
 *
 * The request must have had no `entriesSpec`: entries that are left out or resolved cannot be hashed again.
 *
 * @param answer - Of VerifiableTxById.
 * @param context - `txId` is the transaction that was asked for.
 * @throws {@link VerificationError} if the proof does not hold.
 */
export function checkVerifiableTx(answer: VerifiableTx, context: CheckContext & { readonly txId: bigint }): VerifiedTx {
  const refuse = refusalOf("VerifiableTxById");
  const { header, state } = checkHistory(answer, context.txId, { ...context, refuse });
  const { entries } = checkEntries(answer.tx, header, { ...context, refuse });
  return { transaction: provenTransaction(header), entries, state };
}

/**
 * The entries of an answer's transaction, checked against its proven header, with their digests in the same order.
 */
export function checkEntries(
  tx: Tx | undefined,
  proven: TxHeader,
  { sha256, refuse }: { readonly sha256: Sha256; readonly refuse: Refuse },
): { entries: HashedEntry[]; digests: Uint8Array[] } {
  if (!tx?.header) return refuse("answer", "it has no transaction");
  const [own, hash] = [accumulatedHash(sha256, tx.header), accumulatedHash(sha256, proven)];
  if (!own || !hash || tx.header.id !== proven.id || !sameBytes(own, hash)) {
    return refuse("header", `the transaction's header is not that of transaction ${proven.id} in the proof`);
  }
  if (tx.entries.length !== proven.nentries) {
    return refuse("entries", `it has ${tx.entries.length} entries, its header says ${proven.nentries}`);
  }
  const entries = tx.entries.map(hashedEntry);
  const digests = entries.map((entry, index) => {
    const digest = entryDigest(sha256, proven.version, entry);
    return digest ?? refuse("entries", `entry ${index} is none of header version ${proven.version}`);
  });
  if (!sameBytes(entryTreeRoot(sha256, digests), proven.eH)) {
    return refuse("entries", `its entries are not those of transaction ${proven.id}`);
  }
  return { entries, digests };
}

function hashedEntry({ key, hValue, metadata }: TxEntry): HashedEntry {
  return { key, valueHash: hValue, metadata: entryMetadata(metadata) };
}
