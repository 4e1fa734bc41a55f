import assert from "node:assert/strict";
import { test } from "node:test";
import { compareCodePoints, SortedRecords } from "./sorted-records.js";
import { StoredValue } from "./stored-value.js";

const inOrder = ["", "\u0000", "10", "9", "B", "_", "a", "aa", "é", "\ud7ff", "\ue000", "\uffff", "😀", "😁"];

test("compareCodePoints() has the order of the UTF-8 bytes", () => {
  for (const a of inOrder) {
    for (const b of inOrder) {
      const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
      assert.equal(Math.sign(compareCodePoints(a, b)), bytes, JSON.stringify([a, b]));
    }
  }
});

test("SortedRecords keeps keys in order, in ranges, and apart from its copy", () => {
  const records = SortedRecords.empty();
  for (const key of ["c", "a", "d", "b", "a"]) records.set(key, new StoredValue(key));
  const copy = records.copy();
  assert.equal(records.delete("b")?.load(), "b");
  assert.equal(records.delete("b"), undefined);
  assert.equal([...records.keys()].join(" "), "a c d");
  assert.equal([...copy.keys()].join(" "), "a b c d");
  assert.equal([...copy.keys({ start: "b", stop: "d" })].join(" "), "b c");
  assert.equal([...copy.keys({ start: "aa", descending: true })].join(" "), "d c b");
  assert.equal([...copy.keys({ start: "d", stop: "b" })].join(" "), "");
  assert.equal(copy.get("b")?.load(), "b");
  assert.equal(records.get("b"), undefined);
});

test("SortedRecords lets a loop go on over the keys that were there when it began", () => {
  const records = SortedRecords.empty();
  for (const key of ["a", "b"]) records.set(key, new StoredValue(null));
  const seen: string[] = [];
  for (const key of records.keys()) {
    seen.push(key);
    records.delete(key);
    records.set(`${key}x`, new StoredValue(null));
  }
  assert.deepEqual(seen, ["a", "b"]);
});
