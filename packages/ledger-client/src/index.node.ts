export { fileStateStore } from "./file-state-store.node.js";
export { sha256 } from "./sha256.node.js";
export type { StateKey, StateStore } from "./state-store.js";
