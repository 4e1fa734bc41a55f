/** On errors of calls that no server can have processed; `@pumice/grpc-transport` sets it, too. */
const neverSent: unique symbol = Symbol.for("@pumice/never-sent");

export function markNeverSent<E extends Error>(error: E): E {
  return Object.defineProperty(error, neverSent, { value: true });
}

export function isMarkedNeverSent(error: Error): boolean {
  return neverSent in error;
}
