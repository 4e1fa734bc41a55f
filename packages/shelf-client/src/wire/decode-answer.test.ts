import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeAnswer } from "./decode-answer.js";
import { WireError } from "./wire-error.js";

const decode = (hex: string) => decodeAnswer(Buffer.from(hex, "hex"));

test("decodeAnswer() makes numbers of safe integers and bigints of the others, at any depth", () => {
  assert.equal(decode("cf0000010000000000"), 2 ** 40);
  assert.equal(decode("cf8000000000000000"), 2n ** 63n);
  assert.deepEqual(decode("9181a16ecf0020000000000000"), [{ n: 2n ** 53n }]);
  assert.deepEqual(decode("81a16e91d3ffe0000000000001"), { n: [-(2 ** 53) + 1] });
});

test("decodeAnswer() reads bytes, floats and msgpack's timestamp", () => {
  assert.deepEqual(decode("93c4020102cb3ff8000000000000d6ff00000001"), [Uint8Array.of(1, 2), 1.5, new Date(1000)]);
});

test("decodeAnswer() refuses what is empty, cut off, too long or no msgpack", () => {
  for (const hex of [
    "",
    "92",
    "9201",
    "0101",
    "c1",
    "81a95f5f70726f746f5f5f01",
    "ddffffffff",
    "dbffffffff00",
    "81c4016101",
    "810101",
  ]) {
    assert.throws(() => decode(hex), WireError, hex);
  }
});

test("decodeAnswer() refuses nesting that is too deep as it refuses other garbage", () => {
  const nested = Buffer.concat([Buffer.alloc(100_000, 0x91), Buffer.of(1)]);
  assert.throws(() => decodeAnswer(nested), { name: "WireError", message: /^Cannot read the answer: / });
});
