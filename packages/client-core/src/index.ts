export { authInterceptor } from "./auth-interceptor.js";
export type { CallOptions } from "./call-options.js";
export { defaultTimeoutMs } from "./call-options.js";
export { checkText } from "./check-text.js";
export type { ClientCalls, StubCallOptions } from "./client-calls.js";
export { clientCalls } from "./client-calls.js";
export type { Codec, CodecOrSchema, InputOf, OutputOf, ValueCodec } from "./codec.js";
export { bytes, codecOf, json, text } from "./codec.js";
export { isAnswered, isLostConnection } from "./delivery.js";
export type { EndpointOptions } from "./endpoint.js";
export { endpoint } from "./endpoint.js";
export type { CallInterceptorOptions } from "./interceptors.js";
export { callInterceptors } from "./interceptors.js";
export type { ConflictingTransaction, FailedCall } from "./pumice-error.js";
export {
  AlreadyExistsError,
  ClientClosedError,
  ConflictError,
  NotFoundError,
  OutcomeUnknownError,
  PermissionDeniedError,
  PumiceError,
  TransactionConflictError,
  UnauthenticatedError,
} from "./pumice-error.js";
export type { ResumableStreamOptions, StreamLost, StreamRegained } from "./resumable-stream.js";
export { resumableStream } from "./resumable-stream.js";
export type { RunTransactionOptions, TransactionAttempt, TransactionRetry } from "./run-transaction.js";
export { runTransaction } from "./run-transaction.js";
export type { SchemaProblem } from "./schema-error.js";
export { SchemaError } from "./schema-error.js";
export { toBytes } from "./to-bytes.js";
export { toText } from "./to-text.js";
export type { Token, TokenSource, TokenSourceOptions } from "./token-source.js";
export { tokenSource } from "./token-source.js";
export type { ThrownCall } from "./translate-error.js";
export { translateError } from "./translate-error.js";
export { validate } from "./validate.js";
export { withInterceptors } from "./with-interceptors.js";
