export type { KvServiceOptions } from "./kv/kv-options.js";
export type { ReferenceServices, ReferenceServicesOptions } from "./reference-services.js";
export { createReferenceServices } from "./reference-services.js";
export type { ReferenceServer, ReferenceServerOptions } from "./start-reference-server.js";
export { startReferenceServer } from "./start-reference-server.js";
