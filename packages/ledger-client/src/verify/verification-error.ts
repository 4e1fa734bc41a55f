import { Code } from "@connectrpc/connect";
import { type FailedCall, PumiceError } from "@pumice/client-core";

/**
 * Where a check failed.
 *
 * - `answer`: a part of the answer is missing, or it is not about what was asked.
 * - `entries`: the transaction does not hold what was written, or its entries are not those of its header.
 * - `entry-inclusion`: the entry is not in the transaction's tree.
 * - `header`, `tree-inclusion`, `tree-consistency`, `last-inclusion`, `linear`, `linear-advance`: steps of the dual proof,
 *   which ties a transaction to the trusted state.
 * - `signature`: the state's signature is missing, or not of the configured key.
 * - `server-changed`, `server-behind`, `fork`: the server's state does not continue the trusted one.
 */
export type VerificationStep =
  | "answer"
  | "entries"
  | "entry-inclusion"
  | "header"
  | "tree-inclusion"
  | "tree-consistency"
  | "last-inclusion"
  | "linear"
  | "linear-advance"
  | "signature"
  | "server-changed"
  | "server-behind"
  | "fork";

/** The call whose answer was refused, and where. */
export interface FailedVerification extends Omit<FailedCall, "attempts"> {
  readonly step: VerificationStep;
  /** Calls that were made. @defaultValue 1 */
  readonly attempts?: number | undefined;
}

/**
 * An answer that the ledger could not prove: the server, or somebody on the way, shows another history than the one that
 * is trusted. The trusted state has not moved. Asking again is of no use until somebody has looked into it.
 */
export class VerificationError extends PumiceError {
  static override readonly brand: symbol = Symbol.for("@pumice/ledger-client/VerificationError");
  override readonly kind: string = "verification";
  /** Which check failed. */
  readonly step: VerificationStep;

  constructor(message: string, { step, rpc, attempts = 1, cause }: FailedVerification) {
    super(message, Code.DataLoss, { rpc, attempts, cause });
    this.step = step;
  }
}
