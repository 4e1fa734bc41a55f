import assert from "node:assert/strict";
import { test } from "node:test";
import { compareBytes } from "./compare-bytes.js";

test("compareBytes() orders as Buffer.compare() does", () => {
  const keys = [[], [0], [0, 0], [0, 255], [1], [127], [128], [255], [255, 0]].map((bytes) => Uint8Array.from(bytes));
  for (const a of keys) {
    for (const b of keys) assert.equal(Math.sign(compareBytes(a, b)), Buffer.compare(a, b));
  }
});
