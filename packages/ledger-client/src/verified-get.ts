import { create } from "@bufbuild/protobuf";
import type { CallOptions } from "@pumice/client-core";
import { type Entry, ImmuService, type KeyRequest, KeyRequestSchema } from "@pumice/stubs/immudb";
import { Referrer, verifiedEntry } from "./entry.js";
import { ifThere } from "./errors.js";
import type { LedgerVerified } from "./ledger-verified.js";
import type { Proofs } from "./proofs.js";
import { keyRequest } from "./read-requests.js";
import type { LedgerRpcs } from "./rpcs.js";
import { timeLeft } from "./time-left.js";
import { checkVerifiableGet, type VerifiedReference, type VerifiedValue } from "./verify/check-verifiable-get.js";
import { rpcName } from "./verify/rpc-name.js";
import { VerificationError } from "./verify/verification-error.js";

const { verifiableGet } = ImmuService.method;

/** Reads a key with proof; a key that stands for another is followed by a second proof, as the first does not cover the value. */
export function verifiedGet({ stub, calls }: LedgerRpcs, proofs: Proofs): LedgerVerified["verifiedGet"] {
  const prove = async (keyRequest: KeyRequest, options: () => CallOptions): Promise<Found> => {
    let shown: Entry | undefined;
    const proven = await proofs.run(
      {
        rpc: verifiableGet.name,
        ask: ({ txId: proveSinceTx }, callOptions) =>
          calls.unary(verifiableGet, callOptions, (call) => stub.verifiableGet({ keyRequest, proveSinceTx }, call)),
        check: (answer, context) => {
          shown = answer.entry;
          return checkVerifiableGet(answer, { ...context, requested: keyRequest });
        },
        signature: ({ verifiableTx }) => verifiableTx?.signature,
      },
      options,
    );
    return { proven, targetTx: shown?.tx ?? 0n };
  };

  const follow = async (key: Uint8Array, { proven, targetTx }: Found, options: () => CallOptions) => {
    if (proven.kind === "value") return entryOf(key, proven);
    const { referencedKey, atTx, transaction } = proven;
    const target = await prove(create(KeyRequestSchema, { key: referencedKey, atTx: atTx || targetTx }), options);
    if (target.proven.kind === "value") {
      return entryOf(referencedKey, target.proven, new Referrer(key, transaction.id, atTx || undefined));
    }
    throw new VerificationError("Cannot verify VerifiableGet: a reference leads to another reference", {
      step: "answer",
      rpc: rpcName(verifiableGet.name),
      attempts: 2,
    });
  };

  return async (key, options = {}) => {
    const request = keyRequest(key, options);
    const left = timeLeft(options);
    const found = await ifThere(prove(request, left).then((first) => follow(request.key, first, left)));
    if (!found) await proofs.checkServer(left);
    return found;
  };
}

interface Found {
  readonly proven: VerifiedValue | VerifiedReference;
  /** The transaction of the value that the answer shows; not proven. */
  readonly targetTx: bigint;
}

function entryOf(key: Uint8Array, { value, transaction, metadata }: VerifiedValue, referencedBy?: Referrer) {
  return verifiedEntry({
    key,
    value,
    txId: transaction.id,
    timestampSeconds: transaction.timestampSeconds,
    expiresAt: metadata?.expiresAt,
    referencedBy,
  });
}
