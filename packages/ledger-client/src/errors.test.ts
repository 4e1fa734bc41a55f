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
} from "@pumice/client-core";
import { ifThere, isOutcomeUnknown, isSessionGone, ledgerError, mayMeanServerBehind } from "./errors.js";

const call = { rpc: "immudb.schema.ImmuService/Get", attempts: 1 };
const answered = (text: string, code: Code) => new ConnectError(text, code, { "grpc-status": String(code) });
const { Unknown, Internal, InvalidArgument, FailedPrecondition, PermissionDenied } = Code;

test("ledgerError() says by class and code what immudb says in words alone, and keeps the words", () => {
  const meanings: [string, Code, typeof PumiceError, Code][] = [
    ["tbtree: key not found", Unknown, NotFoundError, Code.NotFound],
    ["tbtree: key not found: expired entry", Unknown, NotFoundError, Code.NotFound],
    ["tx not found", Unknown, NotFoundError, Code.NotFound],
    ["database does not exist", Unknown, NotFoundError, Code.NotFound],
    ["database other does not exist", Unknown, NotFoundError, Code.NotFound],
    ["user U was not found or it was not created by you", Unknown, NotFoundError, Code.NotFound],
    ["not logged in", Unknown, UnauthenticatedError, Code.Unauthenticated],
    ["session not found", PermissionDenied, UnauthenticatedError, Code.Unauthenticated],
    ["no session found", InvalidArgument, UnauthenticatedError, Code.Unauthenticated],
    ["invalid token", Internal, UnauthenticatedError, Code.Unauthenticated],
    ["invalid user name or password", Unknown, UnauthenticatedError, Code.Unauthenticated],
    ["user is not active", Unknown, UnauthenticatedError, Code.Unauthenticated],
    ["permission denied", Internal, PermissionDeniedError, PermissionDenied],
    ["you do not have permission on this database", Unknown, PermissionDeniedError, PermissionDenied],
    ["U was not created by you", Unknown, PermissionDeniedError, PermissionDenied],
    ["old password is incorrect", PermissionDenied, PermissionDeniedError, PermissionDenied],
    ["database is reserved", Internal, PermissionDeniedError, PermissionDenied],
    ["user already exists", Unknown, AlreadyExistsError, Code.AlreadyExists],
    ["database already exists", Unknown, AlreadyExistsError, Code.AlreadyExists],
    ["precondition failed: KeyMustExist", FailedPrecondition, ConflictError, FailedPrecondition],
    ["can not create new session: max sessions number reached", Internal, PumiceError, Code.ResourceExhausted],
    ["final key cannot be converted into a reference", Unknown, PumiceError, FailedPrecondition],
    ["max key length exceeded", Unknown, PumiceError, InvalidArgument],
    ["max value length exceeded", Unknown, PumiceError, InvalidArgument],
    ["illegal state: latest txID=7 is lower", Unknown, PumiceError, InvalidArgument],
    ["something new", Unknown, PumiceError, Unknown],
  ];
  for (const [text, code, type, meaning] of meanings) {
    const error = ledgerError(answered(text, code), call);
    assert.ok(error instanceof type, text);
    assert.equal(error.code, meaning, text);
    assert.equal(error.rawMessage, text);
    assert.equal(error.rpc, call.rpc);
  }
});

test("ledgerError() takes words for the server's only if the server has answered", () => {
  assert.equal(ledgerError(new ConnectError("tbtree: key not found", Unknown), call).code, Unknown);
});

test("isSessionGone() knows the forms of a session that the server has forgotten, and nothing else", () => {
  assert.equal(isSessionGone(answered("session not found", PermissionDenied)), true);
  assert.equal(isSessionGone(answered("no session found", InvalidArgument)), true);
  assert.equal(isSessionGone(answered("permission denied", PermissionDenied)), false);
  assert.equal(isSessionGone(answered("invalid user name or password", Unknown)), false);
});

test("ifThere() makes undefined of what is missing, and of nothing else", async () => {
  const thrown = (text: string) => Promise.reject(ledgerError(answered(text, Unknown), call));
  assert.equal(await ifThere(Promise.resolve(1)), 1);
  assert.equal(await ifThere(thrown("tbtree: key not found")), undefined);
  assert.equal(await ifThere(thrown("tbtree: no more entries")), undefined);
  await assert.rejects(ifThere(thrown("database does not exist")), NotFoundError);
  await assert.rejects(ifThere(thrown("something new")), PumiceError);
});

test("mayMeanServerBehind() knows how each rpc says that it lacks a transaction", () => {
  for (const text of ["illegal state", "illegal arguments", "illegal state: latest txID=7 is lower"]) {
    assert.equal(mayMeanServerBehind(ledgerError(answered(text, InvalidArgument), call)), true, text);
  }
  assert.equal(mayMeanServerBehind(ledgerError(answered("permission denied", Internal), call)), false);
});

test("isOutcomeUnknown() doubts what was lost, and answers that anybody on the way may give", () => {
  const outcome = (error: ConnectError, attempts = 1) => isOutcomeUnknown(ledgerError(error, { ...call, attempts }));
  assert.equal(outcome(new ConnectError("lost", Code.Unavailable)), true);
  assert.equal(outcome(new ConnectError("late", Code.DeadlineExceeded)), true);
  assert.equal(outcome(answered("bad gateway", Code.Unavailable)), true);
  assert.equal(outcome(new ConnectError("lost", Code.Unavailable), 0), false);
  assert.equal(outcome(answered("max key length exceeded", Unknown)), false);
  assert.equal(outcome(answered("session not found", PermissionDenied)), false);
});
