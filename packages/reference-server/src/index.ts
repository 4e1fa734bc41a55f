export type { KvLoginOptions } from "./kv/kv-login.js";
export type { LedgerOptions, ReferenceLedger } from "./ledger/ledger-service.js";
export type { LedgerLie } from "./ledger/tamper.js";
export type { ReferenceServices, ReferenceServicesOptions } from "./reference-services.js";
export { createReferenceServices } from "./reference-services.js";
export type { ReferenceServer, ReferenceServerOptions } from "./start-reference-server.js";
export { startReferenceServer } from "./start-reference-server.js";
