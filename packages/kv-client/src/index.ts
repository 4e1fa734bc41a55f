export {
  AlreadyExistsError,
  type CallOptions,
  ClientClosedError,
  type CloseOptions,
  ConflictError,
  NotFoundError,
  PermissionDeniedError,
  PumiceError,
  UnauthenticatedError,
} from "@pumice/client-core";
export type { ConnectKv, KvTransportOptions } from "./connect-kv.js";
export { connectKv } from "./connect-kv.node.js";
export type { FamilyOptions, KvBytes, KvClient, KvCommit, KvEntry, KvOptions } from "./kv-client.js";
