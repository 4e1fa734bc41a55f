import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeAnswer, Float, PickleSet, PickleTuple } from "@pumice/shelf-client/wire";
import { packValue } from "./pack-value.js";

const hex = (value: unknown): string => Buffer.from(packValue(value).bytes).toString("hex");
const nested = (depth: number): unknown => Array.from({ length: depth }).reduce((inner) => [inner], []);

test("packValue() writes what Python's msgpack writes", () => {
  assert.equal(hex([null, true, false]), "93c0c3c2");
  assert.equal(hex([0, 127, 128, 255, 256, 65_535, 65_536]), "97007fcc80ccffcd0100cdffffce00010000");
  assert.equal(hex([-1, -32, -33, -128, -129, -32_769]), "96ffe0d0dfd080d1ff7fd2ffff7fff");
  assert.equal(hex([2n ** 64n - 1n, -(2n ** 63n)]), "92cfffffffffffffffffd38000000000000000");
  assert.equal(hex([0.5, new Float(1)]), "92cb3fe0000000000000cb3ff0000000000000");
  assert.equal(hex(["a", "é".repeat(16)]), `92a161d920${"c3a9".repeat(16)}`);
  assert.equal(hex([new PickleTuple([1]), Uint8Array.of(255), new Map([["10", 1]])]), "939101c401ff81a2313001");
});

test("packValue() writes sizes at every boundary as the library reads them", () => {
  for (const size of [0, 15, 16, 31, 32, 255, 256, 65_535, 65_536]) {
    const values = ["x".repeat(size), new Array(size).fill(1), new Uint8Array(size)];
    for (const value of values) assert.deepEqual(decodeAnswer(packValue(value).bytes), value);
    const map = new Map(Array.from({ length: size }, (_, n) => [`k${n}`, n]));
    assert.deepEqual(decodeAnswer(packValue(map).bytes), Object.fromEntries(map));
  }
});

test("packValue() refuses what msgpack cannot hold, in its words", () => {
  const refusals: [unknown, string, string][] = [
    [2n ** 64n, "OverflowError", "Integer value out of range"],
    [-(2n ** 63n) - 1n, "OverflowError", "Integer value out of range"],
    [new PickleSet([]), "TypeError", "can not serialize 'set' object"],
    [[new PickleSet([], true)], "TypeError", "can not serialize 'frozenset' object"],
    [nested(1025), "ValueError", "recursion limit exceeded."],
  ];
  for (const [value, type, message] of refusals) assert.throws(() => packValue(value), { type, message });
  assert.equal(packValue(nested(1024)).height, 1025);
});

test("packValue() copies what occurs twice, up to a limit", () => {
  let doubled: unknown = ["x"];
  for (let i = 0; i < 10; i++) doubled = [doubled, doubled];
  assert.deepEqual(decodeAnswer(packValue(doubled).bytes), doubled);
  for (let i = 0; i < 50; i++) doubled = [doubled, doubled];
  assert.throws(() => packValue(doubled, 1 << 20), { type: "MemoryError" });
});
