/** A point of a database's history: what a client trusts, or has been proven. */
export interface LedgerState {
  /** 0 for an empty database. */
  readonly txId: bigint;
  /** The accumulated hash of that transaction, 32 bytes. It covers all transactions up to it. */
  readonly txHash: Uint8Array;
}
