export type {
  AttemptEvent,
  CallEvent,
  CallObserver,
  CallOptions,
  CloseOptions,
  Codec,
  CodecOrSchema,
  InputOf,
  OutputOf,
  ReconnectEvent,
  RenewalEvent,
  RepeatPolicy,
  RetryBudget,
  RetryOptions,
  SchemaProblem,
  StreamLost,
  StreamRegained,
  TransactionRetry,
  ValueCodec,
  WaitEvent,
} from "@pumice/client-core";
export {
  AlreadyExistsError,
  bytes,
  ClientClosedError,
  ConflictError,
  json,
  NotFoundError,
  OutcomeUnknownError,
  PermissionDeniedError,
  PumiceError,
  SchemaError,
  TransactionConflictError,
  text,
  UnauthenticatedError,
} from "@pumice/client-core";
export type { ConnectKv, KvTransportOptions } from "./connect-kv.js";
export { connectKv } from "./connect-kv.web.js";
export { CommitOutcomeUnknownError } from "./errors.js";
export type { KvFamilies, KvNewUser, KvRole, KvUser, KvUsers } from "./kv-administration.js";
export type {
  FamilyOptions,
  KvBytes,
  KvClient,
  KvCommit,
  KvEntry,
  KvGetOptions,
  KvScan,
  KvScanOptions,
} from "./kv-client.js";
export type {
  KvCodecs,
  KvFamily,
  KvKeyCodec,
  KvKeySchema,
  KvTypedEntry,
  KvTypedFamily,
  KvTypedKey,
  KvTypedValue,
} from "./kv-family.js";
export type { KvOptions, KvTls } from "./kv-options.js";
export type { KvCredentials, KvSession, KvSessionOptions, KvTokenSession } from "./kv-session.js";
export type {
  InFamily,
  KvOpenTransaction,
  KvOperation,
  KvTransaction,
  KvTransactionCalls,
  KvTransactionFamily,
  KvTransactionOptions,
  KvTypedTransactionFamily,
} from "./kv-transaction.js";
