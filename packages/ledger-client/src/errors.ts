import { Code, type ConnectError } from "@connectrpc/connect";
import {
  AlreadyExistsError,
  ConflictError,
  deliveryOf,
  NotFoundError,
  OutcomeUnknownError,
  PermissionDeniedError,
  PumiceError,
  type ThrownCall,
  translateError,
  UnauthenticatedError,
} from "@pumice/client-core";

/**
 * A write was sent and its answer did not come, or says nothing: it may be in the ledger, or may come into it yet, or
 * never. Read what it would have written before writing again; its `code` says what went wrong.
 */
export class CommitOutcomeUnknownError extends OutcomeUnknownError {
  static override readonly brand: symbol = Symbol.for("@pumice/ledger-client/CommitOutcomeUnknownError");
  override readonly kind: string = "commit-outcome-unknown";
}

/** The client's errors, of whatever a transport threw. The server's own text stays in the message. */
export function ledgerError(reason: unknown, call: ThrownCall): PumiceError {
  const error = translateError(reason, call);
  if (reason instanceof PumiceError || deliveryOf(error) !== "answered") return error;
  const meant = wordings.find(({ codes, text }) => codes.includes(error.code) && text.test(error.rawMessage));
  return meant ? new meant.error(error.rawMessage, meant.meaning, { ...call, cause: reason }) : error;
}

/** True if the server does not know the session (any more), and so has not run the call: after idling, a restart, a kick. */
export function isSessionGone({ code, rawMessage }: ConnectError): boolean {
  return (
    (code === Code.PermissionDenied && rawMessage.startsWith("session not found")) ||
    (code === Code.InvalidArgument && rawMessage.startsWith("no session found"))
  );
}

/** What a call gives; undefined for a key, a version of it, a transaction or a page that is not there. */
export async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof NotFoundError && missing.test(error.rawMessage)) return undefined;
    throw error;
  }
}

const missing = /^(tbtree: (key not found|no more entries)|tx not found|invalid key revision)/;

/** True if the server may mean that the transaction it should prove from is not in its history; rpcs word it differently. */
export function mayMeanServerBehind(error: unknown): boolean {
  return error instanceof PumiceError && /^illegal (state|arguments)/.test(error.rawMessage);
}

/** What became of a write that threw: not applied, or not known. */
export function isOutcomeUnknown(error: PumiceError): boolean {
  if (error.attempts === 0) return false;
  if (error.earlierMayHaveArrived) return true; // a refusal may be the earlier attempt's own doing
  const delivery = deliveryOf(error);
  return delivery === "unknown" || (delivery === "answered" && saysNothing.has(error.code));
}

interface Wording {
  readonly codes: readonly Code[];
  readonly text: RegExp;
  readonly meaning: Code;
  readonly error: typeof PumiceError;
}

const { Unknown, Internal, InvalidArgument, PermissionDenied } = Code;

/** What immudb 1.11.1 says in words alone, mostly under a code that says nothing. The first that fits counts. */
const wordings: readonly Wording[] = [
  {
    codes: [Unknown, Internal, PermissionDenied, InvalidArgument],
    text: /^(not logged in|no session auth data|no sessionID provided|session not found|no session found|invalid token|please (login|select a database)|invalid user name or password|user is not active)/,
    meaning: Code.Unauthenticated,
    error: UnauthenticatedError,
  },
  {
    codes: [Unknown, Internal],
    text: /^(permission denied|access denied|loggedin user does not have permissions|user is not system admin|you do not have permission|\w+ was not created by you|the database '.*' does not exist or you do not have|database is reserved)/,
    meaning: Code.PermissionDenied,
    error: PermissionDeniedError,
  },
  {
    codes: [Unknown],
    text: /^(tbtree: (key not found|no more entries)|tx not found|invalid key revision|database (.* )?does not exist|user .* (was )?not found)/,
    meaning: Code.NotFound,
    error: NotFoundError,
  },
  {
    codes: [Unknown],
    text: /^(user already exists|database already exists)/,
    meaning: Code.AlreadyExists,
    error: AlreadyExistsError,
  },
  {
    codes: [Code.FailedPrecondition],
    text: /^precondition failed/,
    meaning: Code.FailedPrecondition,
    error: ConflictError,
  },
  {
    codes: [Internal],
    text: /^can not create new session: max sessions/,
    meaning: Code.ResourceExhausted,
    error: PumiceError,
  },
  {
    codes: [Unknown, Internal],
    text: /^(already closed|database already loaded|cannot delete an open database|referenced key cannot be|final key cannot be|metadata is unsupported)/,
    meaning: Code.FailedPrecondition,
    error: PumiceError,
  },
  {
    codes: [Unknown],
    text: /^(illegal (arguments|state)|no entries provided|max (key length|value length|number of entries)|invalid precondition|result size limit|no wait operation|database name length|punctuation marks|unrecognized|username can|password is empty|error hashing password|can not create another)/,
    meaning: InvalidArgument,
    error: PumiceError,
  },
];

/** Codes that also somebody on the way sends, or a server that has failed in the middle. */
const saysNothing: ReadonlySet<Code> = new Set([
  Code.Canceled,
  Code.Unknown,
  Code.DeadlineExceeded,
  Code.Internal,
  Code.Unavailable,
  Code.DataLoss,
]);
