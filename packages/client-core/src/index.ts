export { authInterceptor } from "./auth-interceptor.js";
export type { CallOptions } from "./call-options.js";
export { defaultTimeoutMs } from "./call-options.js";
export { checkText } from "./check-text.js";
export type { ClientCalls, StubCallOptions } from "./client-calls.js";
export { clientCalls } from "./client-calls.js";
export { isAnswered, isLostConnection } from "./delivery.js";
export type { EndpointOptions } from "./endpoint.js";
export { endpoint } from "./endpoint.js";
export type { CallInterceptorOptions } from "./interceptors.js";
export { callInterceptors } from "./interceptors.js";
export type { FailedCall } from "./pumice-error.js";
export {
  AlreadyExistsError,
  ClientClosedError,
  ConflictError,
  NotFoundError,
  PermissionDeniedError,
  PumiceError,
  UnauthenticatedError,
} from "./pumice-error.js";
export { toBytes } from "./to-bytes.js";
export { toText } from "./to-text.js";
export type { Token, TokenSource, TokenSourceOptions } from "./token-source.js";
export { tokenSource } from "./token-source.js";
export type { ThrownCall } from "./translate-error.js";
export { translateError } from "./translate-error.js";
export { withInterceptors } from "./with-interceptors.js";
