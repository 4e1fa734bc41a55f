import assert from "node:assert/strict";
import { test } from "node:test";
import { createFastGrpcTransport } from "./create-fast-grpc-transport.js";

test("createFastGrpcTransport() refuses an address or limit that makes no sense, before any connection", () => {
  for (const baseUrl of ["ftp://localhost", "localhost", "localhost:1", "http://", ""]) {
    assert.throws(() => createFastGrpcTransport({ baseUrl }), { name: "TypeError", message: /baseUrl .*, got "/ });
  }
  const baseUrl = "http://localhost:1";
  assert.throws(() => createFastGrpcTransport({ baseUrl, readMaxBytes: 0 }), RangeError);
  assert.throws(() => createFastGrpcTransport({ baseUrl, writeMaxBytes: 2 ** 32 }), RangeError);
  assert.throws(() => createFastGrpcTransport({ baseUrl, receiveHighWaterMarkBytes: 1.5 }), RangeError);
  assert.throws(() => createFastGrpcTransport({ baseUrl, streamWindowBytes: 0 }), RangeError);
  assert.throws(() => createFastGrpcTransport({ baseUrl, streamWindowBytes: 2 ** 31 }), RangeError);
  for (const name of ["connectTimeoutMs", "pingIntervalMs", "pingTimeoutMs", "idleConnectionTimeoutMs"]) {
    for (const value of [0, -1, Number.NaN]) {
      assert.throws(() => createFastGrpcTransport({ baseUrl, [name]: value }), {
        name: "RangeError",
        message: RegExp(name),
      });
    }
    createFastGrpcTransport({ baseUrl, [name]: Number.POSITIVE_INFINITY });
  }
});
