import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Code, ConnectError } from "@connectrpc/connect";
import { ConflictError, NotFoundError, PumiceError } from "./pumice-error.js";

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
