import { Code } from "@connectrpc/connect";
import {
  ClientClosedError,
  type FailedCall,
  NotFoundError,
  OutcomeUnknownError,
  PumiceError,
} from "@pumice/client-core";
import { type Call, CallEnded } from "./call.js";
import { ConnectionFailure } from "./connection/connection-failure.js";
import type { ServerError } from "./wire/server-error.js";

/** What a {@link ShelfServerError} is made of. */
export interface FailedShelfCall extends FailedCall {
  readonly answer: ServerError;
}

/** The server answered with an error. */
export class ShelfServerError extends PumiceError {
  static override readonly brand: symbol = Symbol.for("@pumice/shelf-client/ShelfServerError");
  override readonly kind: string = "shelf-server";
  /** The Python exception's class, like `ValueError`. The third generation does not say it. */
  readonly serverType: string | undefined;
  /** The server's text as it came. Those that Python, LMDB or msgpack write change between their versions. */
  readonly serverMessage: string;

  constructor(message: string, code: Code, call: FailedShelfCall) {
    super(message, code, call);
    this.serverType = call.answer.type;
    this.serverMessage = call.answer.message;
  }
}

/** A server's answer that is an error, thrown where it is read; inside of this package only. */
export class AnsweredError extends Error {
  constructor(readonly answer: ServerError) {
    super(answer.type === undefined ? answer.message : `${answer.type}: ${answer.message}`);
  }
}

/** The third generation's word for `get` and `item` when nothing is there. */
export const foundNone = "expected exactly one selected item, found none";

/** What LMDB says of a shelf that nobody has written to, in a transaction that may not create it. */
export const noSuchShelf = "mdb_dbi_open: Permission denied";

/** The client's errors, of whatever was thrown inside of a call; wrong arguments and schemas pass through. */
export function shelfError(reason: unknown, call: Call): unknown {
  if (reason instanceof AnsweredError) return serverError(reason, call);
  if (!(reason instanceof ConnectionFailure) && !(reason instanceof CallEnded)) return reason;
  const failed = failedCall(reason, call);
  const message = `Cannot ${phrases[call.name] ?? call.name}: ${reason.message}`;
  if (call.isUncertain) {
    return new OutcomeUnknownError(`${message}; the server may have done it nevertheless`, codeOf(reason), failed);
  }
  const isClosed = reason instanceof CallEnded && reason.why === "closed";
  return new (isClosed ? ClientClosedError : PumiceError)(message, codeOf(reason), failed);
}

function failedCall(cause: Error, { name, attempts, startMs }: Call): FailedCall {
  return { rpc: `shelfdb/${name}`, attempts, elapsedMs: performance.now() - startMs, cause };
}

/** For calls whose name is no sentence. */
const phrases: Readonly<Record<string, string>> = {
  list: "read the items",
  keys: "read the keys",
  first: "read the first item",
  item: "read the item",
  exists: "look for an item",
  putMany: "put many",
  batch: "run the batch",
  transaction: "finish the transaction",
};

function codeOf(reason: ConnectionFailure | CallEnded): Code {
  if (reason instanceof CallEnded) {
    if (reason.why === "closed") return Code.FailedPrecondition;
    return reason.why === "timeout" ? Code.DeadlineExceeded : Code.Canceled;
  }
  switch (reason.kind) {
    case "silent":
      return Code.DeadlineExceeded;
    case "malformed":
      return Code.Internal;
    case "too-large":
      return Code.ResourceExhausted;
    default:
      return Code.Unavailable;
  }
}

function serverError(reason: AnsweredError, call: Call): PumiceError {
  const { answer } = reason;
  const failed: FailedShelfCall = { ...failedCall(reason, call), answer };
  if (answer.message === foundNone) return new NotFoundError(reason.message, Code.NotFound, failed);
  const [, code = Code.Unknown] = codes.find(([pattern]) => pattern.test(reason.message)) ?? [];
  return new ShelfServerError(reason.message, code, failed);
}

/** Only texts and types that ShelfDB and LMDB write themselves; the first that fits decides. */
const codes: readonly (readonly [RegExp, Code])[] = [
  [/mdb_dbi_open: Permission denied/, Code.NotFound],
  [/MDB_MAP_FULL|MDB_DBS_FULL|MDB_READERS_FULL|^(MapFull|DbsFull)Error:/, Code.ResourceExhausted],
  [/MDB_BAD_VALSIZE/, Code.InvalidArgument],
  [/MDB_BAD_TXN|requires write=True|requires existing selection|Permission denied|found many/, Code.FailedPrecondition],
  [/no active transaction|transaction already active|A write transaction is already active/, Code.FailedPrecondition],
  [/^(ValueError|TypeError|OverflowError|SyntaxError|PatternError|UnpicklingError): /, Code.InvalidArgument],
  [/^can not serialize|^Integer value out of range|^unsupported query|^Cannot edit /, Code.InvalidArgument],
];
