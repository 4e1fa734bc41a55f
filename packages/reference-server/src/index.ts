export type { FaultKind, FaultSettings, Loss } from "./faults/fault.js";
export type { FaultOptions, FaultRates } from "./faults/fault-rates.js";
export type { Faults } from "./faults/faults.js";
export type { KvServiceOptions } from "./kv/kv-options.js";
export type { ReferenceServices, ReferenceServicesOptions } from "./reference-services.js";
export { createReferenceServices } from "./reference-services.js";
export type { ReferenceServer, ReferenceServerOptions } from "./start-reference-server.js";
export { startReferenceServer } from "./start-reference-server.js";
