import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  AlreadyExistsError,
  ConflictError,
  NotFoundError,
  PermissionDeniedError,
  PumiceError,
  UnauthenticatedError,
} from "./pumice-error.js";
import { translateError } from "./translate-error.js";

const call = { rpc: "kv.Service/Get", attempts: 1 };
const answer = { "grpc-status": "1" };

test("translateError() gives each answered code its class", () => {
  const classes: [Code, typeof PumiceError][] = [
    [Code.Unauthenticated, UnauthenticatedError],
    [Code.PermissionDenied, PermissionDeniedError],
    [Code.NotFound, NotFoundError],
    [Code.AlreadyExists, AlreadyExistsError],
    [Code.Aborted, ConflictError],
    [Code.Internal, PumiceError],
  ];
  for (const [code, type] of classes) {
    const error = translateError(new ConnectError("text", code, answer), call);
    assert.equal(error.constructor, type);
    assert.equal(error.code, code);
    assert.equal(error.rawMessage, "text");
  }
});

test("translateError() makes a lost connection unavailable, never canceled or a conflict", () => {
  for (const code of [Code.Canceled, Code.Aborted]) {
    const error = translateError(new ConnectError("reset", code), call);
    assert.equal(error.code, Code.Unavailable);
    assert.equal(error.constructor, PumiceError);
  }
});

test("translateError() is canceled when the caller's signal fired, deadline_exceeded when it was a timeout", () => {
  const lost = new ConnectError("gone", Code.Canceled);
  const aborted = translateError(lost, { ...call, signal: AbortSignal.abort() });
  assert.equal(aborted.code, Code.Canceled);
  const timeout = AbortSignal.abort(new DOMException("too slow", "TimeoutError"));
  assert.equal(translateError(lost, { ...call, signal: timeout }).code, Code.DeadlineExceeded);
});

test("translateError() believes an answer even when the signal has fired meanwhile", () => {
  const error = translateError(new ConnectError("gone", Code.NotFound, answer), {
    ...call,
    signal: AbortSignal.abort(),
  });
  assert.ok(error instanceof NotFoundError);
});

test("translateError() makes an answer that cannot be parsed internal, not the caller's invalid argument", () => {
  assert.equal(translateError(new ConnectError("incomplete envelope", Code.InvalidArgument), call).code, Code.Internal);
  const answered = new ConnectError("empty name", Code.InvalidArgument, answer);
  assert.equal(translateError(answered, call).code, Code.InvalidArgument);
});

test("translateError() passes a PumiceError through and wraps anything else", () => {
  const own = new PumiceError("own", Code.Internal, call);
  assert.equal(translateError(own, call), own);
  const bug = new RangeError("a bug");
  const wrapped = translateError(bug, call);
  assert.equal(wrapped.code, Code.Unknown);
  assert.equal(wrapped.cause, bug);
});

test("translateError() says how many attempts failed over what time", () => {
  const cause = new ConnectError("down", Code.Unavailable);
  const error = translateError(cause, { ...call, attempts: 4, elapsedMs: 1200.4 });
  assert.equal(error.rawMessage, "down (4 attempts in 1200 ms)");
  assert.deepEqual([error.attempts, error.elapsedMs], [4, 1200.4]);
  assert.equal(translateError(cause, call).rawMessage, "down");
});
