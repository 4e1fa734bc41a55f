import { sameBytes } from "./verify/bytes.js";
import type { LedgerState } from "./verify/ledger-state.js";
import { VerificationError } from "./verify/verification-error.js";

/** Another server answers where a known one was trusted: replaced, restored elsewhere, or somebody in between. */
export class ServerChangedError extends VerificationError {
  static override readonly brand: symbol = Symbol.for("@pumice/ledger-client/ServerChangedError");
  override readonly kind: string = "server-changed";
}

/** The server has lost transactions that were proven before: rolled back, or restored from a backup. */
export class ServerBehindError extends VerificationError {
  static override readonly brand: symbol = Symbol.for("@pumice/ledger-client/ServerBehindError");
  override readonly kind: string = "server-behind";
}

/** The server shows two histories: one transaction with two hashes. */
export class ForkError extends VerificationError {
  static override readonly brand: symbol = Symbol.for("@pumice/ledger-client/ForkError");
  override readonly kind: string = "fork";
}

/** A proof that held, and what happened to the trusted state while it was under way. */
export interface SettledProof {
  /** What the proof was made against. */
  readonly startedFrom: LedgerState;
  /** What it leads to. */
  readonly proven: LedgerState;
  /** What is trusted now, which other calls may have moved. */
  readonly current: LedgerState;
}

/**
 * What becomes of the trusted state after a proof.
 *
 * - `keep`: the proof was about the history that is trusted already.
 * - `advance`: `proven` is to be trusted.
 * - `prove-again`: another call was faster, and nothing ties its state to this one: prove `proven` against `current`.
 *
 * @throws {@link ForkError} if two calls were shown one transaction with two hashes.
 */
export function nextStep(
  { startedFrom, proven, current }: SettledProof,
  rpc: string,
): "keep" | "advance" | "prove-again" {
  if (proven.txId <= startedFrom.txId) return "keep"; // older, or the same: proven to be a part of what was trusted
  if (current.txId === proven.txId) {
    if (sameBytes(current.txHash, proven.txHash)) return "keep";
    throw forked(proven.txId, rpc);
  }
  return current.txId === startedFrom.txId ? "advance" : "prove-again";
}

/**
 * Compares the server's own state with the trusted one, before anything is proven.
 *
 * @throws {@link ServerBehindError} if the server's history is shorter, {@link ForkError} if it ends in another hash.
 */
export function checkServerState(trusted: LedgerState, server: LedgerState, rpc: string): void {
  if (server.txId < trusted.txId) {
    throw new ServerBehindError(
      `Cannot trust the server: its last transaction is ${server.txId}, transaction ${trusted.txId} was proven before`,
      { step: "server-behind", rpc },
    );
  }
  if (server.txId === trusted.txId && !sameBytes(server.txHash, trusted.txHash)) throw forked(server.txId, rpc);
}

/**
 * Compares a server's UUID with the one that was met before, at the same address or by the same client.
 *
 * @param known - `undefined` on first contact.
 * @throws {@link ServerChangedError} if it is another.
 */
export function checkServerUuid(known: string | undefined, serverUuid: string, rpc: string): void {
  if (known === undefined || known === serverUuid) return;
  throw new ServerChangedError(`Cannot trust the server: its UUID is ${serverUuid}, it was ${known} before`, {
    step: "server-changed",
    rpc,
  });
}

function forked(txId: bigint, rpc: string): ForkError {
  return new ForkError(`Cannot trust the server: it shows two histories, transaction ${txId} has two hashes`, {
    step: "fork",
    rpc,
  });
}
