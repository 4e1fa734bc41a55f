import assert from "node:assert/strict";
import { test } from "node:test";
import { codePointSet, complement, ignoringAsciiCase } from "./code-point-set.js";

test("codePointSet() merges ranges that touch or overlap", () => {
  const set = codePointSet([
    [5, 6],
    [1, 2],
    [3, 3],
    [6, 9],
    [20, 20],
  ]);
  assert.deepEqual(set, [
    [1, 3],
    [5, 9],
    [20, 20],
  ]);
});

test("complement() is its own inverse, and has all that the set has not", () => {
  assert.deepEqual(complement([]), [[0, 0x10ffff]]);
  assert.deepEqual(complement([[0, 0x10ffff]]), []);
  assert.deepEqual(complement([[5, 9]]), [
    [0, 4],
    [10, 0x10ffff],
  ]);
  assert.deepEqual(
    complement(
      complement([
        [0, 1],
        [7, 9],
      ]),
    ),
    [
      [0, 1],
      [7, 9],
    ],
  );
});

test("ignoringAsciiCase() adds the other case of letters, and nothing to what is none", () => {
  assert.deepEqual(ignoringAsciiCase([[0x61, 0x63]]), [
    [0x41, 0x43],
    [0x61, 0x63],
  ]);
  assert.deepEqual(ignoringAsciiCase([[0x30, 0x41]]), [
    [0x30, 0x41],
    [0x61, 0x61],
  ]);
  assert.deepEqual(ignoringAsciiCase([[0xe9, 0xe9]]), [[0xe9, 0xe9]]);
});
