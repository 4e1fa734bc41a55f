import type { TxHeader } from "@pumice/stubs/immudb";

/** What a proven header says about its transaction. */
export interface ProvenTransaction {
  readonly id: bigint;
  /** Seconds since the Unix epoch, by the server's clock. */
  readonly timestampSeconds: bigint;
  /** How many entries were written together. */
  readonly entryCount: number;
}

export function provenTransaction({ id, ts, nentries }: TxHeader): ProvenTransaction {
  return { id, timestampSeconds: ts, entryCount: nentries };
}
