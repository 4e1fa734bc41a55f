import { PumiceError } from "./pumice-error.js";

const loginFailure: unique symbol = Symbol.for("@pumice/client-core/login-failure");

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
