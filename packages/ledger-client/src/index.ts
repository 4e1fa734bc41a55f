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
  text,
  UnauthenticatedError,
} from "@pumice/client-core";
export type { ConnectLedger, LedgerTransportOptions } from "./connect-ledger.js";
export { connectLedger } from "./connect-ledger.node.js";
export { CommitOutcomeUnknownError } from "./errors.js";
export type { LedgerClient } from "./ledger-client.js";
export type {
  LedgerCreateDatabaseOptions,
  LedgerDatabase,
  LedgerDatabaseHealth,
  LedgerDatabaseSettings,
  LedgerDatabases,
  LedgerFlushOptions,
  LedgerServerInfo,
} from "./ledger-databases.js";
export type {
  LedgerBytes,
  LedgerElement,
  LedgerEntry,
  LedgerReferrer,
  LedgerValue,
  LedgerVersion,
  VerifiedEntry,
} from "./ledger-entry.js";
export type { LedgerOptions, LedgerTls } from "./ledger-options.js";
export type {
  LedgerGetAllOptions,
  LedgerGetOptions,
  LedgerHistoryOptions,
  LedgerPageOptions,
  LedgerPages,
  LedgerReads,
  LedgerScanOptions,
  LedgerTxScanOptions,
  LedgerZScanOptions,
} from "./ledger-reads.js";
export type { LedgerCredentials, LedgerSession, LedgerSessions } from "./ledger-session.js";
export type {
  LedgerTransaction,
  LedgerTxDeletion,
  LedgerTxElement,
  LedgerTxEntry,
  LedgerTxOther,
  LedgerTxReference,
  LedgerTxValue,
  VerifiedTransaction,
  VerifiedTxEntry,
  VerifiedTxKey,
} from "./ledger-transaction.js";
export type {
  LedgerGrant,
  LedgerGrantable,
  LedgerNewUser,
  LedgerPasswordChange,
  LedgerPermission,
  LedgerSqlGrant,
  LedgerSqlPrivilege,
  LedgerUser,
  LedgerUsers,
  PasswordRule,
} from "./ledger-users.js";
export type { LedgerTyped, LedgerTypedEntries, LedgerValues } from "./ledger-values.js";
export type { LedgerVerified, VerifiedCommit } from "./ledger-verified.js";
export type {
  LedgerCommit,
  LedgerCommitOptions,
  LedgerDeleteOptions,
  LedgerEntries,
  LedgerEntryOptions,
  LedgerNewElement,
  LedgerOperation,
  LedgerPrecondition,
  LedgerReference,
  LedgerSetOptions,
  LedgerWriteOptions,
  LedgerWrites,
} from "./ledger-writes.js";
export { memoryStateStore } from "./memory-state-store.js";
export type { StateKey, StateStore } from "./state-store.js";
export { ForkError, ServerBehindError, ServerChangedError } from "./trusted-state.js";
export type { LedgerState } from "./verify/ledger-state.js";
export type { FailedVerification, VerificationStep } from "./verify/verification-error.js";
export { VerificationError } from "./verify/verification-error.js";
