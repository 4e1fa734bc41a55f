import type { StateKey, StateStore } from "./state-store.js";
import type { LedgerState } from "./verify/ledger-state.js";

/** A store that is gone with the process: each run believes the first answer anew. */
export function memoryStateStore(): StateStore {
  const states = new Map<string, LedgerState>();
  const servers = new Map<string, string>();
  return {
    get: async (key) => states.get(nameOf(key)),
    set: async (key, state) => void states.set(nameOf(key), state),
    getServer: async (address) => servers.get(address),
    setServer: async (address, serverUuid) => void servers.set(address, serverUuid),
  };
}

function nameOf({ serverUuid, database }: StateKey): string {
  return JSON.stringify([serverUuid, database]);
}
