export {
  type CallObserver,
  type CallOptions,
  ClientClosedError,
  type CloseOptions,
  ConflictError,
  OutcomeUnknownError,
  PumiceError,
  type RetryOptions,
  UnauthenticatedError,
} from "@pumice/client-core";
export type { ConnectEvents, EventsTransportOptions } from "./connect-events.js";
export { connectEvents } from "./connect-events.web.js";
export { errorResponseDetails } from "./error-response-details.js";
export type { ErrorType } from "./error-type.js";
export {
  ApiKeyError,
  AppendConditionError,
  AppendOutcomeUnknownError,
  EventStoreError,
  TrackingConflictError,
} from "./errors.js";
export type { NewEvent, StoredEvent, Tracking } from "./event.js";
export type {
  AppendOptions,
  CaughtUp,
  ConnectionLost,
  ConnectionRegained,
  EventBatch,
  EventRead,
  EventSubscription,
  EventsClient,
  ReadOptions,
  SubscribeOptions,
} from "./events-client.js";
export type { EventsOptions, EventsTls } from "./events-options.js";
export { withExactFetchErrors } from "./exact-fetch.js";
export { withExactErrors } from "./exact-http-client.js";
export type { HeaderEmitter, Http2Sessions } from "./exact-session.js";
export { withExactSessionErrors } from "./exact-session.js";
export type { EventQuery, EventQueryItem } from "./query.js";
export { anyOf, everyEvent, matches, ofType, tagged } from "./query.js";
export { StoreChangedError } from "./same-store.js";
