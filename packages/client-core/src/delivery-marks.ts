import { ConnectError } from "@connectrpc/connect";
import { PumiceError } from "./pumice-error.js";

/** On errors of calls that no server can have processed; `@pumice/grpc-transport` sets it, too. */
const neverSent: unique symbol = Symbol.for("@pumice/never-sent");
const mayHaveArrived: unique symbol = Symbol.for("@pumice/client-core/may-have-arrived");
const loginFailure: unique symbol = Symbol.for("@pumice/client-core/login-failure");

export function markNeverSent<E extends Error>(error: E): E {
  return Object.defineProperty(error, neverSent, { value: true });
}

export function isMarkedNeverSent(error: Error): boolean {
  return neverSent in error;
}

/** The error of a last attempt that was never sent, where one before it may have arrived: an object of this call's own. */
export function withEarlierAttempt(reason: unknown): ConnectError {
  return Object.defineProperty(ownError(reason), mayHaveArrived, { value: true });
}

/** The error of a wait between attempts of which none was sent: an object of this call's own. */
export function withoutAnyAttempt(reason: unknown): ConnectError {
  return markNeverSent(ownError(reason));
}

function ownError(reason: unknown): ConnectError {
  const { rawMessage, code, metadata, details } = ConnectError.from(reason);
  const error = new ConnectError(rawMessage, code, metadata, undefined, reason);
  error.details = details;
  return error;
}

export function isMarkedMayHaveArrived(error: Error): boolean {
  return mayHaveArrived in error;
}

/**
 * Marks what a login threw: the call that needed the token was not sent (or was refused for its token, and not run), and
 * the login has had attempts of its own.
 */
export function markLoginFailure<E>(error: E): E {
  // False on a frozen error, which then stays unmarked.
  if (typeof error === "object" && error !== null) Reflect.defineProperty(error, loginFailure, { value: true });
  return error;
}

/** True if a login threw this, or what this error translates. */
export function isLoginFailure(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  if (loginFailure in error) return true;
  return error instanceof PumiceError && isLoginFailure(error.cause);
}
