import type { ConnectError } from "@connectrpc/connect";

/** On errors of calls that no server can have processed: whoever sees it may repeat any call. */
export const neverSent: unique symbol = Symbol.for("@pumice/never-sent");

export function markNeverSent(error: ConnectError): ConnectError {
  return Object.defineProperty(error, neverSent, { value: true });
}
