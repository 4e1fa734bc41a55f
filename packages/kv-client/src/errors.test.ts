import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { NotFoundError, OutcomeUnknownError, PumiceError } from "@pumice/client-core";
import { CommitOutcomeUnknownError, commitError, kvError } from "./errors.js";

const call = { rpc: "scoriadb.ScoriaDB/CommitTxn", attempts: 1, elapsedMs: 5 };
const answer = (message: string, code: Code) => new ConnectError(message, code, { "grpc-status": String(code) });

test("kvError() makes a NotFoundError of every text in which ScoriaDB 0.1.1 tells of an unknown family", () => {
  for (const text of [
    'failed to get key: CF "x" not found',
    'failed to put key: CF "x" not found',
    'failed to delete key: CF "x" not found',
    'failed to delete CF: CF "x" not found',
    'scan iteration error: CF "x" not found: CF "x" not found',
  ]) {
    const error = kvError(answer(text, Code.Internal), call);
    assert.ok(error instanceof NotFoundError);
    assert.deepEqual([error.code, error.rawMessage, error.elapsedMs], [Code.NotFound, text, 5]);
  }
});

test("kvError() reads words only in the server's own answers of that code", () => {
  const text = 'CF "x" not found';
  assert.equal(kvError(new ConnectError(text, Code.Internal), call).code, Code.Internal);
  assert.equal(kvError(answer(text, Code.InvalidArgument), call).code, Code.InvalidArgument);
  assert.equal(kvError(answer("value pointer out of range", Code.Internal), call).code, Code.Internal);
});

test("commitError() leaves what the server has decided, and what was never sent", () => {
  const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
  const neverSent = new ConnectError("connect", Code.Unavailable, undefined, undefined, refused);
  for (const [reason, attempts] of [
    [answer("transaction conflict", Code.Aborted), 1],
    [answer("transaction txn-1 not found", Code.NotFound), 1],
    [neverSent, 1],
    [new ConnectError("canceled", Code.Canceled), 0],
  ] as const) {
    const error = kvError(reason, { ...call, attempts });
    assert.equal(commitError(error), error);
  }
});

test("commitError() calls everything else unknown", () => {
  for (const reason of [
    answer("unavailable", Code.Unavailable),
    answer("panic", Code.Internal),
    new ConnectError("the connection is gone", Code.Canceled),
    new ConnectError("late", Code.DeadlineExceeded),
    new TypeError("fetch failed"),
  ]) {
    const cause = kvError(reason, call);
    const error = commitError(cause);
    assert.ok(error instanceof CommitOutcomeUnknownError && error instanceof OutcomeUnknownError);
    assert.ok(error instanceof PumiceError && !(cause instanceof OutcomeUnknownError));
    assert.deepEqual([error.kind, error.code, error.cause], ["commit-outcome-unknown", cause.code, cause]);
  }
});
