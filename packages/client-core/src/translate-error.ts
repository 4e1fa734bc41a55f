import { Code, ConnectError } from "@connectrpc/connect";
import { deliveryOf, isLostConnection } from "./delivery.js";
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
 * The message says how many attempts failed over what time, if it was more than one.
 * `canceled` remains only where the caller's signal has fired (`deadline_exceeded` for `AbortSignal.timeout()`) or the
 * server said so; a lost connection is `unavailable`, so {@link ConflictError} is only what a server answered.
 */
export function translateError(reason: unknown, call: ThrownCall): PumiceError {
  if (reason instanceof PumiceError) return reason;
  const { signal, ...failedCall } = call;
  const failed: FailedCall = { ...failedCall, cause: reason };
  const error = ConnectError.from(reason);
  const message = `${error.rawMessage}${effort(call)}`;
  if (deliveryOf(error) !== "answered" && signal?.aborted) {
    const timedOut = signal.reason instanceof Error && signal.reason.name === "TimeoutError";
    return new PumiceError(message, timedOut ? Code.DeadlineExceeded : Code.Canceled, failed);
  }
  if (error.code !== Code.Unavailable && isLostConnection(error)) {
    return new PumiceError(`Lost the connection: ${message}`, Code.Unavailable, failed);
  }
  return new (classOf(error.code))(message, codeOf(error), failed);
}

/** Of a call that took more than one attempt. */
function effort({ attempts, elapsedMs }: ThrownCall): string {
  if (attempts < 2) return "";
  const time = elapsedMs === undefined ? "" : ` in ${Math.round(elapsedMs)} ms`;
  return ` (${attempts} attempts${time})`;
}

/** Stock transports blame the caller's argument for an answer that they cannot parse. */
function codeOf(error: ConnectError): Code {
  return error.code === Code.InvalidArgument && deliveryOf(error) !== "answered" ? Code.Internal : error.code;
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
