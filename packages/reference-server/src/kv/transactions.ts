import type { KeyWrite, KvStore } from "./kv-store.js";

export interface TransactionOptions {
  /** A transaction ends by itself this long after its begin, in milliseconds. */
  readonly timeoutMs: number;
  /** The clock, in milliseconds. */
  readonly now: () => number;
}

/** A transaction as its begin tells it. */
export interface Transaction {
  /** Given once and never again. */
  readonly id: string;
  /** The snapshot that it reads. */
  readonly startTimestamp: bigint;
}

/**
 * The open transactions of a store. The server buffers nothing: writes arrive with the commit, and the first of two
 * committers wins.
 */
export class Transactions {
  private readonly open = new Map<string, Transaction & { readonly endsAtMs: number }>();
  private begun = 0;

  constructor(
    private readonly store: KvStore,
    private readonly options: TransactionOptions,
  ) {}

  begin(): Transaction {
    this.endAbandoned();
    this.begun += 1;
    const { now, timeoutMs } = this.options;
    const id = `txn-${this.begun}`;
    const startTimestamp = this.store.openSnapshot();
    this.open.set(id, { id, startTimestamp, endsAtMs: now() + timeoutMs });
    return { id, startTimestamp };
  }

  isOpen(id: string): boolean {
    this.endAbandoned();
    return this.open.has(id);
  }

  /**
   * Ends an open transaction with its writes: all of them, or none.
   *
   * @returns False if another commit wrote one of the keys since the begin; nothing is written then.
   */
  commit(id: string, writes: readonly KeyWrite[]): boolean {
    const transaction = this.open.get(id);
    if (!transaction) throw new Error(`transaction ${id} is not open`);
    const isFirst = !this.store.changedSince(transaction.startTimestamp, writes);
    if (isFirst) this.store.commit(writes);
    this.end(transaction);
    return isFirst;
  }

  /** @returns False if there is no such transaction, or no longer. */
  rollback(id: string): boolean {
    this.endAbandoned();
    const transaction = this.open.get(id);
    if (transaction) this.end(transaction);
    return transaction !== undefined;
  }

  /** All live equally long, so the first ones in the Map are the first to end. */
  private endAbandoned(): void {
    const nowMs = this.options.now();
    for (const transaction of this.open.values()) {
      if (transaction.endsAtMs > nowMs) return;
      this.end(transaction);
    }
  }

  private end({ id, startTimestamp }: Transaction): void {
    this.open.delete(id);
    this.store.closeSnapshot(startTimestamp);
  }
}
