import { Code, ConnectError } from "@connectrpc/connect";

/** The call that an error is about. */
export interface FailedCall {
  /** Full method name, `package.Service/Method`. */
  readonly rpc: string;
  /** Calls that were made, the first one included; 0 when nothing was sent. */
  readonly attempts: number;
  /** Milliseconds from the call's begin to its failure, all attempts and pauses included. */
  readonly elapsedMs?: number | undefined;
  /** True if an attempt before the last one may have been carried out. @defaultValue false */
  readonly earlierMayHaveArrived?: boolean | undefined;
  /** What was caught. Metadata and details of a ConnectError are taken over. */
  readonly cause?: unknown;
}

/**
 * Base of everything a client throws about a call. Branch on the class or on `kind`, else on `code`.
 *
 * It is a `ConnectError`, so `metadata`, `findDetails()` and `ConnectError.from()` work on it. `instanceof` holds
 * between the ES module and the CommonJS copy of this package.
 */
export class PumiceError extends ConnectError {
  static readonly brand: symbol = Symbol.for("@pumice/client-core/PumiceError");
  /** Stable name for logs and `switch`; survives minified class names. */
  readonly kind: string = "call";
  /** Full method name, `package.Service/Method`. */
  readonly rpc: string;
  /** Calls that were made, the first one included; 0 when nothing was sent. */
  readonly attempts: number;
  /** Milliseconds from the call's begin to its failure, all attempts and pauses included; undefined if nobody measured. */
  readonly elapsedMs: number | undefined;
  /**
   * True if the call was repeated and an attempt before the last one may have been carried out: that the server now says
   * `already_exists`, or `not_found` of what is to be deleted, may be the doing of this very call.
   */
  readonly earlierMayHaveArrived: boolean;

  constructor(message: string, code: Code, call: FailedCall) {
    const answer = call.cause instanceof ConnectError ? call.cause : undefined;
    super(message, code, answer?.metadata, undefined, call.cause);
    if (answer) this.details = answer.details;
    this.rpc = call.rpc;
    this.attempts = call.attempts;
    this.elapsedMs = call.elapsedMs;
    this.earlierMayHaveArrived = call.earlierMayHaveArrived ?? false;
    brandWithWholeChain(this);
  }

  // The inherited test takes every ConnectError for an instance of every subclass; a literal brand tells them apart.
  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass of the caller's own has no brand: the prototype chain decides.
    if (!Object.hasOwn(this, "brand")) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === "object" && value !== null && this.brand in value;
  }

  /** Kind, code, message, rpc and attempts, for logs: no metadata, no cause, no secrets. */
  toJSON(): { kind: string; code: string; message: string; rpc: string; attempts: number } {
    const { kind, code, rawMessage, rpc, attempts } = this;
    return { kind, code: Code[code], message: rawMessage, rpc, attempts };
  }
}

/** The server did not accept the credentials, also not after a new login. */
export class UnauthenticatedError extends PumiceError {
  static override readonly brand: symbol = Symbol.for("@pumice/client-core/UnauthenticatedError");
  override readonly kind: string = "unauthenticated";
}

/** The user is known but may not do this. */
export class PermissionDeniedError extends PumiceError {
  static override readonly brand: symbol = Symbol.for("@pumice/client-core/PermissionDeniedError");
  override readonly kind: string = "permission-denied";
}

/** What the call needs does not exist: a column family, a user, a transaction. A missing key is never an error. */
export class NotFoundError extends PumiceError {
  static override readonly brand: symbol = Symbol.for("@pumice/client-core/NotFoundError");
  override readonly kind: string = "not-found";
}

/** What the call wants to create exists already. */
export class AlreadyExistsError extends PumiceError {
  static override readonly brand: symbol = Symbol.for("@pumice/client-core/AlreadyExistsError");
  override readonly kind: string = "already-exists";
}

/** The server refused the call because what it depends on has changed: read again, decide again. */
export class ConflictError extends PumiceError {
  static override readonly brand: symbol = Symbol.for("@pumice/client-core/ConflictError");
  override readonly kind: string = "conflict";
}

/** What {@link TransactionConflictError} is made of. */
export interface ConflictingTransaction extends FailedCall {
  /** Why each attempt failed, in order. */
  readonly reasons: readonly PumiceError[];
}

/** Each attempt of a transaction met a conflict, until there was no attempt or no time left. Nothing was applied. */
export class TransactionConflictError extends ConflictError {
  static override readonly brand: symbol = Symbol.for("@pumice/client-core/TransactionConflictError");
  override readonly kind: string = "transaction-conflict";
  /** Why each attempt failed, in order. */
  readonly reasons: readonly PumiceError[];

  constructor(message: string, transaction: ConflictingTransaction) {
    super(message, Code.Aborted, transaction);
    this.reasons = transaction.reasons;
  }
}

/**
 * The request was sent and no answer came: it may have been carried out, may be carried out yet, or never. Making the
 * call again may do it twice.
 */
export class OutcomeUnknownError extends PumiceError {
  static override readonly brand: symbol = Symbol.for("@pumice/client-core/OutcomeUnknownError");
  override readonly kind: string = "outcome-unknown";
}

/** The client was closed before the call was made, or while it was under way. */
export class ClientClosedError extends PumiceError {
  static override readonly brand: symbol = Symbol.for("@pumice/client-core/ClientClosedError");
  override readonly kind: string = "client-closed";
}

// Brands live on the instance, not on the prototype: the other copy's class has another prototype.
function brandWithWholeChain(error: PumiceError): void {
  for (let type = error.constructor; type !== ConnectError; type = Object.getPrototypeOf(type)) {
    if (Object.hasOwn(type, "brand")) Object.defineProperty(error, (type as typeof PumiceError).brand, { value: true });
  }
}
