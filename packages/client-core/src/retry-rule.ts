import { Code, type ConnectError } from "@connectrpc/connect";
import { deliveryOf, isLostConnection } from "./delivery.js";
import { isLoginFailure } from "./delivery-marks.js";

/** What is known of an attempt besides its error. */
export interface FailedAttempt {
  /** True if a second, even a late, execution of the call does no harm. */
  readonly isRepeatable: boolean;
  /** True if the attempt had a time limit of its own. */
  readonly isLimited: boolean;
  /** What the server says about the next attempt. */
  readonly pushbackMs: number | undefined;
}

/** True if another attempt may do better, and can do no harm. */
export function isWorthRetry(error: ConnectError, attempt: FailedAttempt): boolean {
  if (isLoginFailure(error)) return false; // the login has had attempts of its own
  if (!attempt.isRepeatable && deliveryOf(error) !== "never sent") return false;
  switch (error.code) {
    case Code.Unavailable:
      return true;
    case Code.DeadlineExceeded:
      return attempt.isLimited;
    case Code.ResourceExhausted:
      return attempt.pushbackMs !== undefined;
    default:
      return isLostConnection(error);
  }
}
