import assert from "node:assert/strict";
import { test } from "node:test";
import { fileDifferences } from "./generated.ts";

const files = (entries: Readonly<Record<string, string>>) =>
  new Map(Object.entries(entries).map(([path, text]) => [path, Buffer.from(text)]));

test("fileDifferences() finds nothing in equal files", () => {
  assert.deepEqual(fileDifferences(files({ a: "1" }), files({ a: "1" })), []);
});

test("fileDifferences() finds what changed, what is missing and what is too much", () => {
  assert.deepEqual(fileDifferences(files({ a: "1", b: "1" }), files({ a: "2", c: "1" })), [
    "a: is not what the .proto files say now",
    "b: is not generated from any .proto file",
    "c: was not generated yet",
  ]);
});
