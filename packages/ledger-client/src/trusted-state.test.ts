import assert from "node:assert/strict";
import { test } from "node:test";
import {
  checkServerState,
  checkServerUuid,
  ForkError,
  nextStep,
  ServerBehindError,
  ServerChangedError,
} from "./trusted-state.js";
import { VerificationError } from "./verify/verification-error.js";

const at = (txId: bigint, byte = 1) => ({ txId, txHash: new Uint8Array(32).fill(byte) });

test("nextStep() keeps the state for what is not newer, whatever others have done meanwhile", () => {
  assert.equal(nextStep({ startedFrom: at(5n), proven: at(5n), current: at(5n) }, "rpc"), "keep");
  assert.equal(nextStep({ startedFrom: at(5n), proven: at(5n), current: at(9n, 2) }, "rpc"), "keep");
});

test("nextStep() advances from the state that the proof started from", () => {
  assert.equal(nextStep({ startedFrom: at(5n), proven: at(6n, 2), current: at(5n) }, "rpc"), "advance");
});

test("nextStep() wants a new proof when another call has moved the state, forwards or past this one", () => {
  assert.equal(nextStep({ startedFrom: at(5n), proven: at(8n), current: at(6n) }, "rpc"), "prove-again");
  assert.equal(nextStep({ startedFrom: at(5n), proven: at(6n), current: at(8n) }, "rpc"), "prove-again");
});

test("nextStep() knows a fork by one transaction with two hashes", () => {
  assert.equal(nextStep({ startedFrom: at(5n), proven: at(6n, 2), current: at(6n, 2) }, "rpc"), "keep");
  const forked = () => nextStep({ startedFrom: at(5n), proven: at(6n, 2), current: at(6n, 3) }, "rpc");
  assert.throws(forked, (error) => error instanceof ForkError && error instanceof VerificationError);
});

test("checkServerState() refuses a server that is behind, and one with another hash", () => {
  checkServerState(at(5n), at(5n), "rpc");
  checkServerState(at(5n), at(6n, 2), "rpc");
  const behind = () => checkServerState(at(5n), at(4n), "rpc");
  assert.throws(behind, (error) => error instanceof ServerBehindError && error.step === "server-behind");
  assert.throws(() => checkServerState(at(5n), at(5n, 2), "rpc"), ForkError);
});

test("checkServerUuid() refuses another server than the one that is known", () => {
  checkServerUuid(undefined, "a", "rpc");
  checkServerUuid("a", "a", "rpc");
  const changed = () => checkServerUuid("a", "b", "rpc");
  assert.throws(changed, (error) => error instanceof ServerChangedError && !((error as unknown) instanceof ForkError));
});
