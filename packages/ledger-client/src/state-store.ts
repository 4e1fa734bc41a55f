import type { LedgerState } from "./verify/ledger-state.js";

/** Which history a state is about. */
export interface StateKey {
  /** As the server gives it at login. */
  readonly serverUuid: string;
  readonly database: string;
}

/**
 * Keeps what a client trusts, between calls and better still between runs. What it holds is what protects: without a
 * state the first answer of a server is believed.
 *
 * A client reads before a call and writes after a proof that leads to a newer state. It decides itself what may follow
 * what: a store keeps the last state that it was given.
 */
export interface StateStore {
  /** @returns `undefined` if nothing is trusted yet. */
  get(key: StateKey): Promise<LedgerState | undefined>;
  /** Keeps a state; when this resolves it must outlive the process, if the store's states do. */
  set(key: StateKey, state: LedgerState): Promise<void>;
  /**
   * @param address - How the client reaches the server, such as its URL.
   * @returns The UUID of the server that was found there first, or `undefined` if none was.
   */
  getServer(address: string): Promise<string | undefined>;
  /** Remembers which server answers at an address. */
  setServer(address: string, serverUuid: string): Promise<void>;
}
