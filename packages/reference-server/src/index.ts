export type { ConflictText } from "./events/conflict-text.js";
export type { EventsOptions } from "./events/events-service.js";
export type { KvLoginOptions } from "./kv/kv-login.js";
export type { ReferenceServices, ReferenceServicesOptions } from "./reference-services.js";
export { createReferenceServices } from "./reference-services.js";
export type { ReferenceServer, ReferenceServerOptions } from "./start-reference-server.js";
export { startReferenceServer } from "./start-reference-server.js";
