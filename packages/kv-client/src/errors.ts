import { Code } from "@connectrpc/connect";
import {
  deliveryOf,
  NotFoundError,
  OutcomeUnknownError,
  type PumiceError,
  type ThrownCall,
  translateError,
} from "@pumice/client-core";

/**
 * A commit was sent and its answer did not come, or says nothing: its writes may have been applied, all of them or none,
 * or may be applied yet. Read what they would have changed before writing again; its `code` says what went wrong.
 */
export class CommitOutcomeUnknownError extends OutcomeUnknownError {
  static override readonly brand: symbol = Symbol.for("@pumice/kv-client/CommitOutcomeUnknownError");
  override readonly kind: string = "commit-outcome-unknown";
}

/** The client's errors, of whatever a transport threw. */
export function kvError(reason: unknown, call: ThrownCall): PumiceError {
  const error = translateError(reason, call);
  if (deliveryOf(error) !== "answered") return error;
  const meant = wordings.find(({ code, text }) => code === error.code && text.test(error.rawMessage));
  return meant ? new meant.error(error.rawMessage, meant.meaning, { ...call, cause: reason }) : error;
}

/** What ScoriaDB 0.1.1 says in words alone, under a code that says something else. */
const wordings: readonly Wording[] = [
  // In five texts, which share these words.
  { code: Code.Internal, text: /\bCF "[^"]*" not found/, meaning: Code.NotFound, error: NotFoundError },
];

interface Wording {
  readonly code: Code;
  readonly text: RegExp;
  readonly meaning: Code;
  readonly error: typeof PumiceError;
}

/** What became of a commit that threw: not applied, or not known. */
export function commitError(error: PumiceError): PumiceError {
  if (error.attempts === 0 || isSettled(error)) return error;
  const message = `Cannot tell whether the commit was applied: ${error.rawMessage}`;
  const { rpc, attempts, elapsedMs } = error;
  return new CommitOutcomeUnknownError(message, error.code, { rpc, attempts, elapsedMs, cause: error });
}

function isSettled(error: PumiceError): boolean {
  const delivery = deliveryOf(error);
  return delivery === "never sent" || (delivery === "answered" && !saysNothing.has(error.code));
}

/** Codes that also somebody on the way sends, or a server that has failed in the middle. */
const saysNothing: ReadonlySet<Code> = new Set([
  Code.Canceled,
  Code.Unknown,
  Code.DeadlineExceeded,
  Code.Internal,
  Code.Unavailable,
  Code.DataLoss,
]);
