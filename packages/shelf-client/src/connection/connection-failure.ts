/**
 * What went wrong between the client and the server, as against what a server answered.
 *
 * - `unreachable`: no connection, so nothing was sent.
 * - `lost`: the connection ended before the answer did.
 * - `silent`: no byte came for too long.
 * - `malformed`, `too-large`: the answer cannot be read.
 */
export type FailureKind = "unreachable" | "lost" | "silent" | "malformed" | "too-large";

/** A connection that failed; inside of this package only. */
export class ConnectionFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}
