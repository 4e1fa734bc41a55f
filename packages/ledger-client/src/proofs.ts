import type { CallOptions } from "@pumice/client-core";
import { ImmuService, type Signature } from "@pumice/stubs/immudb";
import { ifThere, mayMeanServerBehind } from "./errors.js";
import type { LedgerSession } from "./ledger-session.js";
import type { LedgerRpcs } from "./rpcs.js";
import type { TrustedRecord } from "./trusted-record.js";
import { checkServerState, ForkError, nextStep } from "./trusted-state.js";
import { isDigest, sameBytes } from "./verify/bytes.js";
import { checkVerifiableTx } from "./verify/check-verifiable-tx.js";
import type { CheckContext } from "./verify/history-check.js";
import type { LedgerState } from "./verify/ledger-state.js";
import { rpcName } from "./verify/rpc-name.js";
import type { Sha256 } from "./verify/sha256.js";
import { checkSignedState, signedStateBytes } from "./verify/signed-state.js";
import { VerificationError } from "./verify/verification-error.js";

const { currentState, verifiableTxById } = ImmuService.method;

/** What the proofs of a client need. */
export interface ProofContext {
  readonly rpcs: LedgerRpcs;
  /** Which server and database it is; opens a session if there was none yet. */
  session(options: CallOptions): Promise<LedgerSession>;
  record(of: LedgerSession): TrustedRecord;
  readonly sha256: Sha256;
  /** Absent if no public key is configured. */
  readonly verifySignature: ((message: Uint8Array, signature: Uint8Array) => Promise<boolean>) | undefined;
}

/** A call whose answer is proven. */
export interface ProvenCall<Answer, Proven> {
  /** The rpc's name in ImmuService, for errors. */
  readonly rpc: string;
  /** Makes the call, with what is trusted as `proveSinceTx`. */
  ask(trusted: LedgerState, options: CallOptions): Promise<Answer>;
  check(answer: Answer, context: CheckContext): Proven;
  signature(answer: Answer): Signature | undefined;
}

/** Checks answers against what is trusted, and moves that on. */
export interface Proofs {
  /** @param options - Gives those of each call that is made. */
  run<Answer, Proven extends { readonly state: LedgerState }>(
    call: ProvenCall<Answer, Proven>,
    options: () => CallOptions,
  ): Promise<Proven>;
  /** What is trusted; asks the server on first contact. */
  trusted(options: () => CallOptions): Promise<LedgerState>;
  /** @throws {@link ServerBehindError} if the server has lost what is trusted. */
  checkServer(options: () => CallOptions): Promise<void>;
}

export function proofs({ rpcs, session, record: recordOf, sha256, verifySignature }: ProofContext): Proofs {
  const { stub, calls } = rpcs;

  const checkSignature = async (database: string, signed: SignedState): Promise<void> => {
    if (!verifySignature) return;
    const { state, signature } = signed;
    const isOurs = signature && (await verifySignature(signedStateBytes(database, state), signature.signature));
    checkSignedState({ database, ...signed }, () => isOurs === true);
  };

  const askServer = async (database: string, options: CallOptions): Promise<LedgerState> => {
    const { txId, txHash, signature } = await calls.unary(currentState, options, (call) => stub.currentState({}, call));
    if (!isDigest(txHash)) {
      throw new VerificationError(`Cannot verify CurrentState: its hash has ${txHash.length} bytes, a hash has 32`, {
        step: "answer",
        rpc: rpcName(currentState.name),
      });
    }
    const state = { txId, txHash };
    await checkSignature(database, { state, signature, rpc: currentState.name });
    return state;
  };

  const enter = async (options: () => CallOptions): Promise<Entered> => {
    const { serverUuid, database } = await session(options());
    const record = recordOf({ serverUuid, database });
    const trusted = record.current ?? (await record.load(() => askServer(database, options())));
    return { database, record, trusted };
  };

  const refuseServerBehind = async ({ database, trusted }: Entered, options: CallOptions): Promise<void> => {
    checkServerState(trusted, await askServer(database, options), rpcName(currentState.name));
  };

  /** Ties two states that calls have come to side by side. */
  const tie = async (one: LedgerState, other: LedgerState, database: string, options: CallOptions): Promise<void> => {
    const [trusted, newer] = one.txId < other.txId ? [one, other] : [other, one];
    const request = { tx: newer.txId, proveSinceTx: trusted.txId };
    const asked = calls.unary(verifiableTxById, options, (call) => stub.verifiableTxById(request, call));
    const answer = await ifThere(asked);
    if (!answer) throw twoHistories(`it no longer knows transaction ${newer.txId}`);
    const { state } = checkVerifiableTx(answer, { trusted, sha256, txId: newer.txId });
    if (!sameBytes(state.txHash, newer.txHash)) throw twoHistories(`transaction ${newer.txId} has two hashes`);
    await checkSignature(database, { state, signature: answer.signature, rpc: verifiableTxById.name });
  };

  const settle = (
    { database, record, trusted }: Entered,
    proven: LedgerState,
    options: () => CallOptions,
    rpc: string,
  ) => {
    if (proven.txId <= trusted.txId) return; // proven to be a part of what was trusted
    return record.inTurn(async () => {
      const current = record.current ?? trusted;
      const step = nextStep({ startedFrom: trusted, proven, current }, rpcName(rpc));
      if (step === "prove-again") await tie(current, proven, database, options());
      if (step !== "keep" && proven.txId > current.txId) await record.advance(proven);
    });
  };

  return {
    async run({ rpc, ask, check, signature }, options) {
      const entered = await enter(options);
      const { database, trusted } = entered;
      let answer: Awaited<ReturnType<typeof ask>>;
      try {
        answer = await ask(trusted, options());
      } catch (error) {
        if (mayMeanServerBehind(error)) await refuseServerBehind(entered, options());
        throw error;
      }
      const proven = check(answer, { trusted, sha256 });
      await checkSignature(database, { state: proven.state, signature: signature(answer), rpc });
      await settle(entered, proven.state, options, rpc);
      return proven;
    },
    async trusted(options) {
      const { record, trusted } = await enter(options);
      return record.current ?? trusted;
    },
    async checkServer(options) {
      const entered = await enter(options);
      await refuseServerBehind(entered, options());
    },
  };
}

function twoHistories(how: string): ForkError {
  const rpc = rpcName(verifiableTxById.name);
  return new ForkError(`Cannot trust the server: it shows two histories, ${how}`, { step: "fork", rpc });
}

interface Entered {
  readonly database: string;
  readonly record: TrustedRecord;
  /** What the proof is made against. */
  readonly trusted: LedgerState;
}

interface SignedState {
  readonly state: LedgerState;
  readonly signature: Signature | undefined;
  readonly rpc: string;
}
