import assert from "node:assert/strict";
import { test } from "node:test";
import { checkKey, checkShelfName, checkString } from "./check-name.js";

test("checkKey() counts bytes of UTF-8, from 1 to 511", () => {
  for (const key of ["a", "\0", "x".repeat(511), "é".repeat(255)]) assert.equal(checkKey(key), key);
  assert.throws(() => checkKey(""), /1 to 511 bytes of UTF-8, it has 0/);
  assert.throws(() => checkKey("é".repeat(256)), /it has 512/);
  assert.throws(() => checkKey(null as never), /must be a string, got null/);
  assert.throws(() => checkKey("\ud800"), /half a surrogate pair/);
});

test("checkShelfName() refuses a NUL, where ShelfDB would cut the name", () => {
  assert.equal(checkShelfName("note"), "note");
  assert.throws(() => checkShelfName("a\0b"), /a NUL/);
  assert.throws(() => checkShelfName(""), RangeError);
});

test("checkString() takes ends of ranges of any length", () => {
  for (const end of ["", "x".repeat(600)]) assert.equal(checkString(end, "end of the range"), end);
});
