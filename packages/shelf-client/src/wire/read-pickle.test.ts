import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { encodePickle } from "./encode-pickle.js";
import { float } from "./float.js";
import { PickleCall, PickleGlobal, PickleSet, PickleTuple } from "./pickle-objects.js";
import { readPickle } from "./read-pickle.js";
import { WireError } from "./wire-error.js";

const fromHex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

test("readPickle() gives back what encodePickle() wrote", () => {
  const value = [null, true, 1, -5, 70000, 2 ** 40, 2n ** 63n, 0.5, float(3), "é😀", Uint8Array.of(0, 255), [], [[1]]];
  assert.deepEqual(readPickle(encodePickle(value)), value);
  assert.deepEqual(
    [...(readPickle(encodePickle({ b: 1, 1: 2, a: {} })) as Map<string, unknown>).keys()],
    ["1", "b", "a"],
  );
});

test("readPickle() reads memo, tuples, single appends and items as Python's pickle writes them", () => {
  // pickle.dumps([(1,), (1, 2), (1, 2, 3), {"a": "a"}, frozenset({1})], 4), taken apart
  const bytes = fromHex(
    "8004 9500000000000000ff 5d94 28 4b01 85 94 4b01 4b02 86 94 4b014b024b03 87 94 7d 94 8c0161 94 6805 73 28 4b01 91 94 65 2e",
  );
  assert.deepEqual(readPickle(bytes), [
    new PickleTuple([1]),
    new PickleTuple([1, 2]),
    new PickleTuple([1, 2, 3]),
    new Map([["a", "a"]]),
    new PickleSet([1], true),
  ]);
});

test("readPickle() keeps classes, functions and calls as they are named, and runs nothing", () => {
  const bytes = fromHex("8004 8c026f73 8c0673797374656d 93 8c0474727565 85 52 2e");
  assert.deepEqual(readPickle(bytes), new PickleCall(new PickleGlobal("os", "system"), ["true"]));
  const oldStyle = Buffer.from("\x80\x02cos\nsystem\nq\x00.", "latin1");
  assert.deepEqual(readPickle(oldStyle), new PickleGlobal("os", "system"));
});

test("readPickle() ignores what stands behind STOP", () => {
  assert.equal(readPickle(fromHex("80044e2e80044b012e")), null);
});

test("readPickle() refuses bytes that are cut off anywhere, unknown opcodes and newer protocols", async () => {
  const { exchanges } = JSON.parse(
    await readFile(new URL("../../../../test/fixtures/shelfdb-2.0.0-exchanges.json", import.meta.url), "utf8"),
  );
  const whole = Buffer.from(exchanges[1].request, "base64");
  for (let end = 0; end < whole.length; end++) assert.throws(() => readPickle(whole.subarray(0, end)), WireError);
  for (const bad of [
    "80062e",
    "80042e",
    "8004 28 2e",
    "8004 7b 2e",
    "8004 65 2e",
    "8004 4e 85 61 2e",
    "8004 6807 2e",
  ]) {
    assert.throws(() => readPickle(fromHex(bad)), WireError, bad);
  }
});
