import { Code, ConnectError } from "@connectrpc/connect";

/** What became of a call that its service has not answered. */
type Fate = "lost" | "refused";

const header = "pumice-fault";

/**
 * The error that a call without an answer ends with inside the server. A wire that was reset does not carry it; in
 * process {@link withoutAnswer} takes it for what it means. Where neither is, the client sees an answered UNAVAILABLE.
 */
export function callWithoutAnswer(fate: Fate): ConnectError {
  return new ConnectError(`the call was ${fate} by an injected fault`, Code.Unavailable, { [header]: fate });
}

/** The error that a transport would make of a call without an answer; any other error as it is. */
export function withoutAnswer(error: unknown): unknown {
  if (!(error instanceof ConnectError)) return error;
  const fate = error.metadata.get(header);
  if (fate === null) return error;
  const lost = new ConnectError(error.rawMessage, Code.Unavailable);
  return fate === "refused" ? Object.defineProperty(lost, neverSent, { value: true }) : lost;
}

/** The mark by which our clients know an error of a call that no server can have processed. */
const neverSent = Symbol.for("@pumice/never-sent");
