import { ImmuService, type VerifiableTx } from "@pumice/stubs/immudb";
import { verifiedCommit } from "./commit.js";
import { CommitOutcomeUnknownError, ifThere, ledgerError } from "./errors.js";
import { findWrite } from "./find-write.js";
import { transactionId } from "./ledger-arguments.js";
import type { LedgerVerified, VerifiedCommit } from "./ledger-verified.js";
import type { LedgerEntries, LedgerSetOptions } from "./ledger-writes.js";
import type { Proofs, ProvenCall } from "./proofs.js";
import type { LedgerRpcs } from "./rpcs.js";
import { timeLeft } from "./time-left.js";
import { verifiedTransaction } from "./transaction.js";
import { verifiedGet } from "./verified-get.js";
import { checkVerifiableTx } from "./verify/check-verifiable-tx.js";
import {
  checkVerifiableSet,
  checkVerifiableSetReference,
  checkVerifiableZAdd,
  type VerifiedWrite,
} from "./verify/check-written.js";
import { entryMetadata } from "./verify/entry-metadata.js";
import { rpcName } from "./verify/rpc-name.js";
import type { Sha256 } from "./verify/sha256.js";
import { VerificationError } from "./verify/verification-error.js";
import { withKnownOutcome } from "./write-outcome.js";
import { referenceRequest, setRequest, zAddRequest } from "./write-requests.js";

const { method } = ImmuService;

/** The calls of a client whose answers are proven. */
export function ledgerVerified(rpcs: LedgerRpcs, proofs: Proofs, sha256: Sha256): LedgerVerified {
  const { stub, calls } = rpcs;
  const signature = (answer: VerifiableTx) => answer.signature;

  const verifiedSetAll = async (entries: LedgerEntries, options: LedgerSetOptions = {}): Promise<VerifiedCommit> => {
    const setAll = setRequest(entries, options);
    const written = setAll.KVs.map(({ key, value, metadata }) => ({ key, value, metadata: entryMetadata(metadata) }));
    const left = timeLeft(options);
    return proveWrite(proofs, left, {
      rpc: method.verifiableSet.name,
      ask: ({ txId: proveSinceTx }, callOptions) => {
        const request = { setRequest: setAll, proveSinceTx };
        const find = async (): Promise<VerifiableTx | undefined> => {
          const tx = await findWrite(rpcs, { request: setAll, floor: proveSinceTx }, left);
          if (tx === undefined) return undefined;
          return calls.unary(method.verifiableTxById, left(), (call) =>
            stub.verifiableTxById({ tx, proveSinceTx }, call),
          );
        };
        const set = () => calls.unary(method.verifiableSet, callOptions, (call) => stub.verifiableSet(request, call));
        return withKnownOutcome(set, find);
      },
      check: (answer, context) => checkVerifiableSet(answer, { ...context, written }),
      signature,
    });
  };

  return {
    verifiedSet: (key, value, options = {}) => verifiedSetAll([[key, value]], options),
    verifiedSetAll,
    verifiedGet: verifiedGet(rpcs, proofs),
    async verifiedSetReference(reference, options = {}) {
      const referenceOf = referenceRequest(reference, options);
      return proveWrite(proofs, timeLeft(options), {
        rpc: method.verifiableSetReference.name,
        ask: ({ txId: proveSinceTx }, callOptions) => {
          const request = { referenceRequest: referenceOf, proveSinceTx };
          return withKnownOutcome(() =>
            calls.unary(method.verifiableSetReference, callOptions, (call) =>
              stub.verifiableSetReference(request, call),
            ),
          );
        },
        check: (answer, context) => checkVerifiableSetReference(answer, { ...context, written: referenceOf }),
        signature,
      });
    },
    async verifiedZAdd(element, options = {}) {
      const elementOf = zAddRequest(element, options);
      return proveWrite(proofs, timeLeft(options), {
        rpc: method.verifiableZAdd.name,
        ask: ({ txId: proveSinceTx }, callOptions) => {
          const request = { zAddRequest: elementOf, proveSinceTx };
          return withKnownOutcome(() =>
            calls.unary(method.verifiableZAdd, callOptions, (call) => stub.verifiableZAdd(request, call)),
          );
        },
        check: (answer, context) => checkVerifiableZAdd(answer, { ...context, written: elementOf }),
        signature,
      });
    },
    async verifiedTxById(txId, options = {}) {
      const tx = transactionId(txId, "txId");
      const left = timeLeft(options);
      const proven = await ifThere(
        proofs.run(
          {
            rpc: method.verifiableTxById.name,
            ask: ({ txId: proveSinceTx }, callOptions) =>
              calls.unary(method.verifiableTxById, callOptions, (call) =>
                stub.verifiableTxById({ tx, proveSinceTx }, call),
              ),
            check: (answer, context) => checkVerifiableTx(answer, { ...context, txId: tx }),
            signature,
          },
          left,
        ),
      );
      if (!proven) await proofs.checkServer(left);
      return proven && verifiedTransaction(sha256, proven);
    },
    async trustedState(options = {}) {
      const { txId, txHash } = await proofs.trusted(timeLeft(options));
      return { txId, txHash: Uint8Array.from(txHash) };
    },
  };
}

/** After its answer, only a proof can fail a write: whatever keeps it from being proven leaves it unknown. */
async function proveWrite(
  proofs: Proofs,
  options: Parameters<Proofs["run"]>[1],
  { ask, ...call }: ProvenCall<VerifiableTx, VerifiedWrite>,
): Promise<VerifiedCommit> {
  let isAnswered = false;
  const askOnce: typeof ask = async (trusted, callOptions) => {
    const answer = await ask(trusted, callOptions);
    isAnswered = true;
    return answer;
  };
  try {
    return verifiedCommit((await proofs.run({ ...call, ask: askOnce }, options)).transaction);
  } catch (error) {
    if (!isAnswered || error instanceof VerificationError) throw error;
    // A store throws errors of its own.
    const failed = ledgerError(error, { rpc: rpcName(call.rpc), attempts: 1 });
    const { rpc, attempts, elapsedMs, code, rawMessage } = failed;
    const message = `Cannot prove what was written: ${rawMessage}`;
    throw new CommitOutcomeUnknownError(message, code, { rpc, attempts, elapsedMs, cause: error });
  }
}
