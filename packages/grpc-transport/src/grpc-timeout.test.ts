import assert from "node:assert/strict";
import { test } from "node:test";
import { grpcTimeout } from "./grpc-timeout.js";

test("grpcTimeout() rounds up and takes the finest unit that fits into 8 digits", () => {
  assert.equal(grpcTimeout(1), "1m");
  assert.equal(grpcTimeout(0.2), "1m");
  assert.equal(grpcTimeout(1500.1), "1501m");
  assert.equal(grpcTimeout(99_999_999), "99999999m");
  assert.equal(grpcTimeout(100_000_000), "100000S");
  assert.equal(grpcTimeout(100_000_001), "100001S");
  assert.equal(grpcTimeout(1e12), "16666667M");
  assert.equal(grpcTimeout(Number.MAX_SAFE_INTEGER), "99999999H");
});
