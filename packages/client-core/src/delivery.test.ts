import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { isAnswered, isLostConnection } from "./delivery.js";

test("isAnswered() knows an answer by its metadata", () => {
  const answered = [
    { "grpc-status": "10" },
    { "content-type": "application/json" },
    { "content-type": "application/json; charset=utf-8" },
    { "content-type": "application/connect+proto" },
  ];
  for (const metadata of answered) assert.ok(isAnswered(new ConnectError("", Code.Aborted, metadata)));
  assert.ok(!isAnswered(new ConnectError("", Code.Aborted)));
  assert.ok(!isAnswered(new ConnectError("", Code.Unavailable, { "content-type": "text/html" })));
});

test("isLostConnection() takes what stock transports say without an answer", () => {
  assert.ok(isLostConnection(new ConnectError("", Code.Canceled)));
  assert.ok(isLostConnection(new ConnectError("", Code.Aborted)));
  assert.ok(isLostConnection(ConnectError.from(new TypeError("fetch failed"))));
  assert.ok(!isLostConnection(ConnectError.from(new TypeError("x is not a function"))));
  assert.ok(!isLostConnection(new ConnectError("", Code.Aborted, { "grpc-status": "10" })));
  assert.ok(!isLostConnection(new ConnectError("", Code.Internal)));
});
