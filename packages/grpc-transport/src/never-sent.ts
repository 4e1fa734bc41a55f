import { ConnectError } from "@connectrpc/connect";

/** On errors of calls that no server can have processed: whoever sees it may repeat any call. */
export const neverSent: unique symbol = Symbol.for("@pumice/never-sent");

/** An error of the caller's own says nothing about this call: without the mark that another call may have given it. */
export function withoutMark(error: ConnectError): ConnectError {
  if (!(neverSent in error)) return error;
  const copy = new ConnectError(error.rawMessage, error.code, error.metadata, undefined, error.cause);
  copy.details = error.details;
  return copy;
}

export function markNeverSent(error: ConnectError): ConnectError {
  return Object.defineProperty(error, neverSent, { value: true });
}
