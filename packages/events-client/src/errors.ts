import { Code, type ConnectError } from "@connectrpc/connect";
import {
  ClientClosedError,
  ConflictError,
  deliveryOf,
  type FailedCall,
  OutcomeUnknownError,
  PumiceError,
  type ThrownCall,
  translateError,
  UnauthenticatedError,
} from "@pumice/client-core";
import { DCB } from "@pumice/stubs/umadb";
import { type ErrorType, isTrackingText, readErrorType } from "./error-type.js";

/** An event that matches the condition of an append was stored past its `after`: read again, decide again. */
export class AppendConditionError extends ConflictError {
  static override readonly brand: symbol = Symbol.for("@pumice/events-client/AppendConditionError");
  override readonly kind: string = "append-condition";
  readonly errorType: ErrorType = "integrity";
}

/** The tracking position of an append is not above the stored one: what it stands for was processed already. */
export class TrackingConflictError extends ConflictError {
  static override readonly brand: symbol = Symbol.for("@pumice/events-client/TrackingConflictError");
  override readonly kind: string = "tracking-conflict";
  readonly errorType: ErrorType = "integrity";
}

/**
 * An append was sent and its outcome is not known: its events may be stored, may be stored yet, or never. Appending them
 * again may store them twice.
 */
export class AppendOutcomeUnknownError extends OutcomeUnknownError {
  static override readonly brand: symbol = Symbol.for("@pumice/events-client/AppendOutcomeUnknownError");
  override readonly kind: string = "append-outcome-unknown";
}

/** The API key is missing or wrong. */
export class ApiKeyError extends UnauthenticatedError {
  static override readonly brand: symbol = Symbol.for("@pumice/events-client/ApiKeyError");
  override readonly kind: string = "api-key";
  readonly errorType: ErrorType = "authentication";
}

/** The store refused a call, or failed at it, for the reason that `errorType` names. */
export class EventStoreError extends PumiceError {
  static override readonly brand: symbol = Symbol.for("@pumice/events-client/EventStoreError");
  override readonly kind: string = "event-store";
  readonly errorType: ErrorType;

  constructor(message: string, code: Code, call: FailedCall & { readonly errorType: ErrorType }) {
    super(message, code, call);
    this.errorType = call.errorType;
  }
}

/** The client's errors, of whatever a transport threw. */
export function eventsError(reason: unknown, call: ThrownCall): PumiceError {
  const error = translateError(reason, call);
  if (reason instanceof PumiceError) return error;
  const { code, rawMessage } = error;
  const failed: FailedCall = { ...call, cause: reason };
  if (code === Code.Unimplemented) {
    return new PumiceError(`Cannot call: this server does not speak ${DCB.typeName}`, code, failed);
  }
  const errorType = readErrorType(error);
  switch (errorType) {
    case undefined:
      return error;
    case "integrity":
      return new (isTrackingText(rawMessage) ? TrackingConflictError : AppendConditionError)(rawMessage, code, failed);
    case "authentication":
      return new ApiKeyError(rawMessage, code, failed);
    default:
      return new EventStoreError(rawMessage, code, { ...failed, errorType });
  }
}

/** What all attempts of an append took together. */
type Effort = Omit<ThrownCall, "rpc">;

/** The error of an append's last attempt as that of the whole append. */
export function ofAllAttempts(error: PumiceError, effort: Effort): PumiceError {
  const isWhole = effort.attempts === error.attempts || error instanceof ClientClosedError;
  return isWhole ? error : eventsError(error.cause, { ...effort, rpc: error.rpc });
}

/** What an append ended with whose outcome nobody knows. */
export function outcomeUnknown(error: PumiceError, effort: Effort = error): AppendOutcomeUnknownError {
  const { rpc, rawMessage } = error;
  const { attempts, elapsedMs } = effort;
  const why = isUnreadable(error)
    ? "the transport could not read the server's answer; build it with withExactErrors() of this package"
    : rawMessage;
  const message = `Cannot tell whether the append was stored: ${why}`;
  return new AppendOutcomeUnknownError(message, error.code, { rpc, attempts, elapsedMs, cause: error });
}

/** True if the server can have told the outcome, but the transport did not understand it: repeating would not help. */
export function isUnreadable(error: ConnectError): boolean {
  return error.code === Code.DataLoss && readErrorType(error) === undefined;
}

/** True if an error of one attempt tells what became of it: it was not stored. */
export function isSettled(error: PumiceError): boolean {
  if (error.attempts === 0) return true;
  const delivery = deliveryOf(error);
  if (delivery !== "answered") return delivery === "never sent";
  const errorType = readErrorType(error);
  if (errorType !== undefined) return !failures.has(errorType);
  return !saysNothing.has(error.code);
}

/**
 * True if an answer tells of every attempt, also of one before it that may still be on its way, that it is not stored and
 * will not be.
 */
export function isVerdict(error: PumiceError): boolean {
  if (error instanceof AppendConditionError || error instanceof TrackingConflictError) return true;
  return error instanceof EventStoreError && error.errorType === "invalid-argument";
}

/** The server failed at it, perhaps at its end. A bad uuid is a corruption too, but none is sent. */
const failures: ReadonlySet<ErrorType> = new Set<ErrorType>(["io", "internal", "serialization", "corruption"]);

/** Codes that somebody on the way sends too, or a server that ran out of time: UmaDB stores an append all the same. */
const saysNothing: ReadonlySet<Code> = new Set([
  Code.Canceled,
  Code.Unknown,
  Code.DeadlineExceeded,
  Code.Internal,
  Code.Unavailable,
  Code.DataLoss,
]);
