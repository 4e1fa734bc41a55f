import type { Precondition } from "@pumice/stubs/immudb";
import { detailedError, ifFound, plainError } from "./ledger-error.js";
import type { LedgerStore } from "./ledger-store.js";
import { storedKey } from "./tx-entry.js";

export type PreconditionWording = "invalid precondition" | "invalid precondition: invalid precondition";

const maxPreconditions = 1024;

/**
 * Refuses preconditions that make no sense, whatever the database holds.
 *
 * @param wording - Begins some of the texts; the real server stutters everywhere but in ExecAll.
 */
export function checkPreconditionForm(
  store: LedgerStore,
  preconditions: readonly Precondition[],
  wording: PreconditionWording,
): void {
  if (preconditions.length > maxPreconditions) throw plainError("invalid precondition: too many preconditions");
  for (const { precondition } of preconditions) {
    const { case: kind, value } = precondition;
    if (kind === undefined) throw plainError("invalid precondition: null");
    if (value.key.length === 0) throw plainError("invalid precondition: null key");
    if (storedKey(value.key).length > store.maxKeyLen) {
      throw plainError(`${wording}: max key length exceeded`);
    }
    if (kind === "keyNotModifiedAfterTX" && value.txID === 0n) {
      throw plainError(`${wording}: invalid transaction ID`);
    }
  }
}

/** Throws for the first precondition that does not hold. */
export function checkPreconditions(store: LedgerStore, preconditions: readonly Precondition[]): void {
  for (const { precondition } of preconditions) {
    const { case: kind, value } = precondition;
    if (kind === undefined) continue; // refused by its form
    const key = storedKey(value.key);
    const exists = () => ifFound(() => store.version(key)) !== undefined;
    if (kind === "keyMustExist" && !exists()) throw failed("KeyMustExist");
    if (kind === "keyMustNotExist" && exists()) throw failed("KeyMustNotExist");
    if (kind === "keyNotModifiedAfterTX" && (store.keys.versionsOf(key).at(-1)?.tx ?? 0n) > value.txID) {
      throw failed("KeyNotModifiedAfterTxID");
    }
  }
}

function failed(name: string) {
  return detailedError("23000", `precondition failed: ${name}`);
}
