import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { deliveryOf, isLostConnection } from "./delivery.js";
import { markLoginFailure, markNeverSent } from "./delivery-marks.js";
import { PumiceError } from "./pumice-error.js";
import { translateError } from "./translate-error.js";

const call = { rpc: "a.Service/Call", attempts: 1 };
const withCode = (code: string, message = code) => Object.assign(new Error(message), { code });
const withCause = (code: Code, cause: unknown) => new ConnectError("failed", code, undefined, undefined, cause);

test("deliveryOf() knows an answer by its metadata", () => {
  const answered = [
    { "grpc-status": "10" },
    { "content-type": "application/json" },
    { "content-type": "application/json; charset=utf-8" },
    { "content-type": "application/connect+proto" },
  ];
  for (const metadata of answered) assert.equal(deliveryOf(new ConnectError("", Code.Aborted, metadata)), "answered");
  assert.equal(deliveryOf(new ConnectError("", Code.Aborted)), "unknown");
  assert.equal(deliveryOf(new ConnectError("", Code.Unavailable, { "content-type": "text/html" })), "unknown");
});

test("deliveryOf() takes as never sent what is marked, and of stock errors a refused connection or stream", () => {
  const refusedStream = withCode("ERR_HTTP2_STREAM_ERROR", "Stream closed with error code NGHTTP2_REFUSED_STREAM");
  const neverSent = [
    markNeverSent(new ConnectError("", Code.Canceled)),
    withCause(Code.Unavailable, withCode("ECONNREFUSED")),
    withCause(Code.Unknown, new TypeError("fetch failed", { cause: withCode("ECONNREFUSED") })),
    withCause(Code.Internal, refusedStream),
  ];
  for (const error of neverSent) assert.equal(deliveryOf(error), "never sent");
  const unknown = [
    new ConnectError("", Code.Unavailable),
    withCause(Code.Unavailable, withCode("ENOTFOUND")),
    withCause(
      Code.Internal,
      withCode("ERR_HTTP2_STREAM_ERROR", "Stream closed with error code NGHTTP2_INTERNAL_ERROR"),
    ),
    withCause(Code.Aborted, withCode("ECONNRESET")),
    new TypeError("no error of a transport"),
    "no error at all",
  ];
  for (const error of unknown) assert.equal(deliveryOf(error), "unknown");
});

test("deliveryOf() does not take the reason of an abort for the call's own fate", () => {
  const reason = withCause(Code.Unavailable, withCode("ECONNREFUSED"));
  assert.equal(deliveryOf(withCause(Code.Canceled, reason)), "unknown");
  const signal = AbortSignal.abort(reason);
  assert.equal(deliveryOf(translateError(reason, { ...call, signal })), "unknown");
});

test("deliveryOf() says of a translated error what it says of its cause", () => {
  const causes = [
    new ConnectError("", Code.NotFound, { "grpc-status": "5" }),
    markNeverSent(new ConnectError("", Code.Unavailable)),
    withCause(Code.Unavailable, withCode("ECONNREFUSED")),
    new ConnectError("", Code.Unavailable),
  ];
  for (const cause of causes) {
    const translated = translateError(cause, call);
    const again = new PumiceError("reworded", translated.code, { ...call, cause: translated });
    assert.deepEqual([deliveryOf(translated), deliveryOf(again)], [deliveryOf(cause), deliveryOf(cause)]);
  }
});

test("deliveryOf() says never sent of a call whose login failed, whatever became of the login", () => {
  assert.equal(deliveryOf(markLoginFailure(new ConnectError("", Code.Unavailable))), "never sent");
  assert.equal(
    deliveryOf(markLoginFailure(new ConnectError("", Code.Internal, { "grpc-status": "13" }))),
    "never sent",
  );
});

test("deliveryOf() ends on a chain of causes that bites its tail", () => {
  const first = withCode("EPIPE");
  first.cause = new Error("second", { cause: first });
  assert.equal(deliveryOf(withCause(Code.Unavailable, first)), "unknown");
});

test("isLostConnection() takes what stock transports say without an answer", () => {
  assert.ok(isLostConnection(new ConnectError("", Code.Canceled)));
  assert.ok(isLostConnection(new ConnectError("", Code.Aborted)));
  assert.ok(isLostConnection(ConnectError.from(new TypeError("fetch failed"))));
  assert.ok(!isLostConnection(ConnectError.from(new TypeError("x is not a function"))));
  assert.ok(!isLostConnection(new ConnectError("", Code.Aborted, { "grpc-status": "10" })));
  assert.ok(!isLostConnection(new ConnectError("", Code.Internal)));
});
