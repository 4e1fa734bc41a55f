export { allowManyListeners } from "./allow-many-listeners.js";
export type { CallAttempts } from "./attempts.js";
export { attemptsInterceptor, attemptsKey } from "./attempts.js";
export type { AuthScheme } from "./auth-interceptor.js";
export { authInterceptor } from "./auth-interceptor.js";
export type { Backoff } from "./backoff.js";
export { backoffMs } from "./backoff.js";
export type {
  AttemptEvent,
  CallEvent,
  CallObserver,
  ReconnectEvent,
  RenewalEvent,
  WaitEvent,
} from "./call-observer.js";
export { notify } from "./call-observer.js";
export type { CallOptions, StubCallOptions } from "./call-options.js";
export { checkCallOptions, defaultTimeoutMs } from "./call-options.js";
export { checkText } from "./check-text.js";
export type { ClientCalls, CloseOptions } from "./client-calls.js";
export { clientCalls } from "./client-calls.js";
export type { Codec, CodecOrSchema, InputOf, OutputOf, ValueCodec } from "./codec.js";
export { bytes, codecOf, json, text } from "./codec.js";
export type { Credentials } from "./credentials.js";
export { loginWith } from "./credentials.js";
export type { DeadlineOptions } from "./deadline-interceptor.js";
export { deadlineInterceptor } from "./deadline-interceptor.js";
export type { Delivery } from "./delivery.js";
export { deliveryOf, isLostConnection } from "./delivery.js";
export type { EndpointOptions } from "./endpoint.js";
export { endpoint } from "./endpoint.js";
export type { CallInterceptorOptions } from "./interceptors.js";
export { callInterceptors } from "./interceptors.js";
export { observeInterceptor } from "./observe-interceptor.js";
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
export type { RepeatPolicy } from "./repeat-policy.js";
export { repeatKey } from "./repeat-policy.js";
export type { ResumableStreamOptions, StreamLost, StreamRegained } from "./resumable-stream.js";
export { resumableStream } from "./resumable-stream.js";
export type { RetryBudget, RetryBudgetOptions } from "./retry-budget.js";
export { retryBudget } from "./retry-budget.js";
export type { RetryOptions } from "./retry-interceptor.js";
export { retryInterceptor } from "./retry-interceptor.js";
export type { RunTransactionOptions, TransactionAttempt, TransactionRetry } from "./run-transaction.js";
export { runTransaction } from "./run-transaction.js";
export type { StreamOptions } from "./running-stream.js";
export type { SchemaProblem } from "./schema-error.js";
export { SchemaError } from "./schema-error.js";
export { sleep } from "./sleep.js";
export { toBytes } from "./to-bytes.js";
export { toText } from "./to-text.js";
export type { Token, TokenSource, TokenSourceOptions } from "./token-source.js";
export { tokenSource } from "./token-source.js";
export type { ThrownCall } from "./translate-error.js";
export { translateError } from "./translate-error.js";
export { unlessAborted } from "./unless-aborted.js";
export { validate } from "./validate.js";
export { withInterceptors } from "./with-interceptors.js";
