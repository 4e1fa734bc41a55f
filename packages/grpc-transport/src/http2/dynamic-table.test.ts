import assert from "node:assert/strict";
import { test } from "node:test";
import { DynamicTable } from "./dynamic-table.js";

test("DynamicTable gives the newest entry index 0", () => {
  const table = new DynamicTable(4096);
  table.add("a", "1");
  table.add("b", "2");
  assert.deepEqual([table.nameAt(0), table.valueAt(0), table.nameAt(1), table.valueAt(1)], ["b", "2", "a", "1"]);
  assert.equal(table.size, 68);
});

test("DynamicTable evicts the oldest entries to make room", () => {
  const table = new DynamicTable(70);
  for (const name of ["a", "b", "c"]) table.add(name, "1");
  assert.equal(table.length, 2);
  assert.equal(table.nameAt(1), "b");
});

test("DynamicTable is emptied by an entry larger than itself", () => {
  const table = new DynamicTable(70);
  table.add("a", "1");
  table.add("b", "x".repeat(100));
  assert.equal(table.length, 0);
  assert.equal(table.size, 0);
});

test("DynamicTable keeps its order over thousands of evictions", () => {
  const table = new DynamicTable(34 * 4 + 40);
  for (let i = 0; i < 5000; i++) {
    table.add(String(i), "");
    assert.equal(table.nameAt(0), String(i));
    assert.equal(table.nameAt(table.length - 1), String(i - table.length + 1));
  }
});

test("DynamicTable counts a revision for each change", () => {
  const table = new DynamicTable(100);
  const before = table.revision;
  table.add("a", "1");
  table.resize(0);
  table.clear();
  assert.equal(table.revision, before + 3);
  assert.equal(table.length, 0);
});
