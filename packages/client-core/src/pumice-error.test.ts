import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  ConflictError,
  NotFoundError,
  OutcomeUnknownError,
  PumiceError,
  TransactionConflictError,
} from "./pumice-error.js";

const call = { rpc: "kv.Service/Get", attempts: 2 };

test("PumiceError is a ConnectError that keeps code, bare message, metadata and details of its cause", () => {
  const cause = new ConnectError("no such thing", Code.NotFound, { "grpc-status": "5" });
  cause.details = [{ type: "a.Detail", value: new Uint8Array([1]) }];
  const error = new NotFoundError(cause.rawMessage, cause.code, { ...call, cause });
  assert.ok(error instanceof ConnectError);
  assert.equal(ConnectError.from(error), error);
  assert.equal(error.message, "[not_found] no such thing");
  assert.equal(error.metadata.get("grpc-status"), "5");
  assert.deepEqual(error.details, cause.details);
  assert.equal(error.cause, cause);
});

test("PumiceError tells its subclasses apart by instanceof", () => {
  const error: unknown = new NotFoundError("gone", Code.NotFound, call);
  assert.ok(error instanceof NotFoundError && error instanceof PumiceError);
  assert.ok(!(error instanceof ConflictError));
  assert.ok(!((new ConnectError("bare") as unknown) instanceof PumiceError));
  for (const value of [undefined, null, "text", {}]) assert.ok(!((value as unknown) instanceof PumiceError));
});

test("PumiceError recognises an instance of another copy of its class by the brand", () => {
  const fromOtherCopy = Object.assign(new Error("gone"), { [NotFoundError.brand]: true, [PumiceError.brand]: true });
  assert.ok((fromOtherCopy as unknown) instanceof NotFoundError);
  assert.ok(!((fromOtherCopy as unknown) instanceof ConflictError));
});

test("PumiceError can be extended: a subclass without a brand goes by its prototype", () => {
  class QuotaError extends PumiceError {}
  const quota: unknown = new QuotaError("too much", Code.ResourceExhausted, call);
  assert.ok(quota instanceof QuotaError && quota instanceof PumiceError);
  assert.ok(!((new PumiceError("other", Code.Internal, call) as unknown) instanceof QuotaError));
});

test("PumiceError.toJSON() gives kind, code, message, rpc and attempts, and nothing else", () => {
  const cause = new ConnectError("gone", Code.NotFound, { authorization: "secret" });
  const error = new NotFoundError("gone", Code.NotFound, { ...call, cause });
  assert.deepEqual(JSON.parse(JSON.stringify(error)), {
    kind: "not-found",
    code: "NotFound",
    message: "gone",
    rpc: "kv.Service/Get",
    attempts: 2,
  });
});

test("PumiceError keeps its brands out of sight", () => {
  assert.doesNotMatch(inspect(new NotFoundError("gone", Code.NotFound, call)), /Symbol/);
});

test("TransactionConflictError is a ConflictError with the reasons of all attempts", () => {
  const reasons = [new ConflictError("first", Code.Aborted, call), new ConflictError("second", Code.Aborted, call)];
  const error: unknown = new TransactionConflictError("gave up", { ...call, cause: reasons[1], reasons });
  assert.ok(
    error instanceof TransactionConflictError && error instanceof ConflictError && error instanceof PumiceError,
  );
  assert.ok(!((reasons[0] as unknown) instanceof TransactionConflictError));
  assert.equal(error.reasons, reasons);
  assert.deepEqual([error.code, error.kind, error.cause], [Code.Aborted, "transaction-conflict", reasons[1]]);
});

test("OutcomeUnknownError is no conflict", () => {
  const error: unknown = new OutcomeUnknownError("no answer", Code.Unavailable, call);
  assert.ok(error instanceof OutcomeUnknownError && error instanceof PumiceError);
  assert.ok(!((error as unknown) instanceof ConflictError));
  assert.equal(error.kind, "outcome-unknown");
});
