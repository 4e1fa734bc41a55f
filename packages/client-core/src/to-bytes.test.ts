import assert from "node:assert/strict";
import { test } from "node:test";
import { toBytes } from "./to-bytes.js";
import { toText } from "./to-text.js";

test("toBytes() and toText() carry any text, a byte order mark included", () => {
  for (const text of ["", "ascii", "ä€𝄞", "\u{feff}mark", "nul\u0000"])
    assert.equal(toText(toBytes(text, "key"), "key"), text);
});

test("toBytes() takes bytes as they are", () => {
  const bytes = new Uint8Array([0, 255]);
  assert.equal(toBytes(bytes, "key"), bytes);
});

test("toBytes() refuses half a surrogate pair, which UTF-8 would lose", () => {
  for (const text of ["\ud800", "a\udc00b", "\udc00\ud800"])
    assert.throws(() => toBytes(text, "key"), /key.*surrogate/);
});

test("toBytes() refuses anything else and says what it got", () => {
  const wrong: [unknown, RegExp][] = [
    [1, /the value: .* got number/],
    [null, /got null/],
    [undefined, /got undefined/],
    [{}, /got object/],
    [[1, 2], /got object/],
  ];
  for (const [value, message] of wrong) assert.throws(() => toBytes(value as string, "value"), message);
});

test("toText() refuses bytes that are not UTF-8", () => {
  assert.throws(() => toText(new Uint8Array([0xff]), "value"), /value.*not UTF-8/);
});
