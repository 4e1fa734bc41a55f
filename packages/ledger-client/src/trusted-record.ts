import type { StateKey, StateStore } from "./state-store.js";
import type { LedgerState } from "./verify/ledger-state.js";

/** What is trusted of one database, shared by all clients that work on it. */
export class TrustedRecord {
  readonly #store: StateStore;
  readonly #key: StateKey;
  #current: LedgerState | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: StateStore, key: StateKey) {
    this.#store = store;
    this.#key = key;
  }

  /** Undefined before the first {@link load} or {@link advance}. */
  get current(): LedgerState | undefined {
    return this.#current;
  }

  /**
   * What is trusted; in turn, so that any number of first calls ask once.
   *
   * @param firstContact - Asks the server, if the store knows nothing.
   */
  load(firstContact: () => Promise<LedgerState>): Promise<LedgerState> {
    return this.inTurn(async () => {
      if (this.#current) return this.#current;
      const stored = await this.#store.get(this.#key);
      if (stored) this.#current = stored;
      else await this.advance(await firstContact());
      return this.#current ?? emptyHistory;
    });
  }

  /** Trusts a state from now on; in turn only. */
  async advance(state: LedgerState): Promise<void> {
    if (state.txId > 0n) await this.#store.set(this.#key, state); // an empty database gives nothing to hold it to
    this.#current = state;
  }

  /** Runs what may move the trusted state when all that came before it has ended. */
  inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(run);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

/** The records of a store, one for each database that is worked on. */
export function trustedRecords(store: StateStore): (key: StateKey) => TrustedRecord {
  const records = new Map<string, TrustedRecord>();
  return (key) => {
    const name = JSON.stringify([key.serverUuid, key.database]);
    const record = records.get(name) ?? new TrustedRecord(store, key);
    records.set(name, record);
    return record;
  };
}

const emptyHistory: LedgerState = { txId: 0n, txHash: new Uint8Array(32) };
