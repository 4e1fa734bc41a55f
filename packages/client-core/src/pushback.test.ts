import assert from "node:assert/strict";
import { test } from "node:test";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { Code, ConnectError } from "@connectrpc/connect";
import { pushbackMs } from "./pushback.js";

const withHeader = (value: string) => new ConnectError("", Code.Unavailable, { "grpc-retry-pushback-ms": value });

function withRetryInfo(value: Uint8Array): ConnectError {
  const error = new ConnectError("", Code.Unavailable);
  error.details = [{ type: "google.rpc.RetryInfo", value: value as Uint8Array<ArrayBuffer> }];
  return error;
}

function retryInfo(seconds: number, nanos: number): Uint8Array {
  const delay = new BinaryWriter().tag(1, 0).int64(seconds).tag(2, 0).int32(nanos).finish();
  return new BinaryWriter().tag(1, 2).bytes(delay).finish();
}

test("pushbackMs() reads the header; a negative or malformed one forbids a retry", () => {
  assert.equal(pushbackMs(withHeader("250")), 250);
  for (const value of ["-1", "soon", "", "1.5"]) assert.equal(pushbackMs(withHeader(value)), Number.POSITIVE_INFINITY);
});

test("pushbackMs() reads google.rpc.RetryInfo; a negative delay forbids a retry", () => {
  assert.equal(pushbackMs(withRetryInfo(retryInfo(2, 500_000_000))), 2500);
  assert.equal(pushbackMs(withRetryInfo(retryInfo(0, 1))), 1);
  assert.equal(pushbackMs(withRetryInfo(retryInfo(-1, 0))), Number.POSITIVE_INFINITY);
});

test("pushbackMs() is undefined when the server says nothing that can be read", () => {
  assert.equal(pushbackMs(new ConnectError("", Code.Unavailable)), undefined);
  assert.equal(pushbackMs(withRetryInfo(new Uint8Array([10, 9, 8]))), undefined);
  assert.equal(pushbackMs(withRetryInfo(new Uint8Array())), undefined);
});
