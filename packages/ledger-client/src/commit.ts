import type { TxHeader } from "@pumice/stubs/immudb";
import { dateOf } from "./entry.js";
import type { VerifiedCommit } from "./ledger-verified.js";
import type { LedgerCommit } from "./ledger-writes.js";
import type { ProvenTransaction } from "./verify/proven-transaction.js";

/** What an answer says of a write. */
export function ledgerCommit({ id, ts, nentries }: TxHeader): LedgerCommit {
  return { txId: id, timestamp: dateOf(ts), entryCount: nentries };
}

/** What a proof has shown of a write. */
export function verifiedCommit({ id, timestampSeconds, entryCount }: ProvenTransaction): VerifiedCommit {
  return { verified: true, txId: id, timestamp: dateOf(timestampSeconds), entryCount };
}
