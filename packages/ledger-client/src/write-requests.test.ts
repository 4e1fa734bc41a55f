import assert from "node:assert/strict";
import { test } from "node:test";
import { execAllRequest, setRequest } from "./write-requests.js";

const mebibyte = 1024 * 1024;

test("a request may have 32 MiB as a whole, by how many values ever, and not a byte more", () => {
  const value = new Uint8Array(16 * mebibyte);
  const rest = 32 * mebibyte - 32 - 16 * mebibyte - 26; // what the keys and the framing take
  assert.equal(setRequest({ a: value, b: value.subarray(0, rest) }, {}).KVs.length, 2);
  assert.throws(() => setRequest({ a: value, b: value.subarray(0, rest + 1) }, {}), {
    name: "RangeError",
    message: "Cannot write: the message must have at most 33554400 bytes, got 33554401",
  });
  const operations = [{ set: ["a", value] }, { set: ["b", value] }] as const;
  assert.throws(() => execAllRequest(operations, {}), RangeError);
});

test("a list of anything but pairs is refused", () => {
  for (const entries of [["key"], [["key"]], [["key", "value", "more"]], "text", null, 5, new Uint8Array(2)]) {
    assert.throws(() => setRequest(entries as unknown as [], {}), TypeError);
  }
});

test("conditions that are none are refused, and too many", () => {
  const precondition = { keyMustExist: "k" };
  const with_ = (preconditions: unknown[]) => () => setRequest({ k: "v" }, { preconditions: preconditions as [] });
  assert.throws(with_([precondition, {}]), /preconditions\[1\] must be/);
  assert.throws(with_([null]), TypeError);
  assert.throws(with_([{ keyNotModifiedAfterTx: { key: "k", txId: 0n } }]), RangeError);
  assert.throws(with_(Array.from({ length: 1025 }, () => precondition)), RangeError);
});
