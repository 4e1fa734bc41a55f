import type { Signature } from "@pumice/stubs/immudb";
import { concatBytes, u32, u64 } from "./bytes.js";
import type { LedgerState } from "./ledger-state.js";
import { rpcName } from "./rpc-name.js";
import { VerificationError } from "./verification-error.js";

/**
 * Whether a signature is that of the configured key.
 *
 * @param message - The signed bytes, not yet hashed.
 * @param signature - ECDSA on P-256 over SHA-256, in ASN.1 DER.
 */
export type VerifySignature = (message: Uint8Array, signature: Uint8Array) => boolean;

/** The answer that brought a signature, and the key that it must be of. */
export interface SignedAnswer {
  readonly database: string;
  /** The state after the newer transaction of the answer's proof, which is not always the one asked for. */
  readonly state: LedgerState;
  readonly signature: Signature | undefined;
  /** The rpc's name in ImmuService, for the error. */
  readonly rpc: string;
}

/** The bytes that a server's key signs. */
export function signedStateBytes(database: string, { txId, txHash }: LedgerState): Uint8Array {
  const name = new TextEncoder().encode(database);
  return concatBytes(u32(name.length), name, u64(txId), txHash);
}

/**
 * Checks that a state is signed by the configured key. The key inside of the signature counts for nothing.
 *
 * @throws {@link VerificationError} if the signature is missing or wrong.
 */
export function checkSignedState({ database, state, signature, rpc }: SignedAnswer, verify: VerifySignature): void {
  const isSigned = signature && verify(signedStateBytes(database, state), signature.signature);
  if (isSigned) return;
  const found = signature ? "is not of the configured key" : "is missing";
  throw new VerificationError(`Cannot verify ${rpc}: the signature of transaction ${state.txId} ${found}`, {
    step: "signature",
    rpc: rpcName(rpc),
  });
}
