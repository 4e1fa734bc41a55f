export { fileStateStore } from "./file-state-store.node.js";
export { sha256 } from "./sha256.node.js";
export type { StateKey, StateStore } from "./state-store.js";
export type { LedgerState } from "./verify/ledger-state.js";
export type { Sha256 } from "./verify/sha256.js";
