import { Code, ConnectError } from "@connectrpc/connect";
import { isAnswered, isLostConnection } from "./delivery.js";
import {
  AlreadyExistsError,
  ConflictError,
  type FailedCall,
  NotFoundError,
  PermissionDeniedError,
  PumiceError,
  UnauthenticatedError,
} from "./pumice-error.js";

/** The call that threw. */
export interface ThrownCall extends Omit<FailedCall, "cause"> {
  /** The caller's own signal: only it makes a call canceled. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes one error family of whatever a transport threw; a PumiceError passes through.
 *
 * `canceled` remains only where the caller's signal has fired (`deadline_exceeded` for `AbortSignal.timeout()`) or the
 * server said so; a lost connection is `unavailable`, so {@link ConflictError} is only what a server answered.
 */
export function translateError(reason: unknown, call: ThrownCall): PumiceError {
  if (reason instanceof PumiceError) return reason;
  const { rpc, attempts, signal } = call;
  const failed: FailedCall = { rpc, attempts, cause: reason };
  const error = ConnectError.from(reason);
  if (!isAnswered(error) && signal?.aborted) {
    const timedOut = signal.reason instanceof Error && signal.reason.name === "TimeoutError";
    return new PumiceError(error.rawMessage, timedOut ? Code.DeadlineExceeded : Code.Canceled, failed);
  }
  if (isLostConnection(error)) {
    return new PumiceError(`Lost the connection: ${error.rawMessage}`, Code.Unavailable, failed);
  }
  return new (classOf(error.code))(error.rawMessage, codeOf(error), failed);
}

/** Stock transports blame the caller's argument for an answer that they cannot parse. */
function codeOf(error: ConnectError): Code {
  return error.code === Code.InvalidArgument && !isAnswered(error) ? Code.Internal : error.code;
}

function classOf(code: Code): typeof PumiceError {
  switch (code) {
    case Code.Unauthenticated:
      return UnauthenticatedError;
    case Code.PermissionDenied:
      return PermissionDeniedError;
    case Code.NotFound:
      return NotFoundError;
    case Code.AlreadyExists:
      return AlreadyExistsError;
    case Code.Aborted:
      return ConflictError;
    default:
      return PumiceError;
  }
}
