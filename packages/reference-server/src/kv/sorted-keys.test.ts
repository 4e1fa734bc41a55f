import assert from "node:assert/strict";
import { test } from "node:test";
import { SortedKeys } from "./sorted-keys.js";

function keysOf(...keys: string[]): SortedKeys {
  const sorted = new SortedKeys();
  for (const key of keys) sorted.add(key);
  return sorted;
}

test("SortedKeys.from() yields the keys of a prefix in order", () => {
  const keys = keysOf("b", "a", "ab", "", "a\u0000", "aa", "\u00ff", "c");
  assert.deepEqual([...keys.from("")], ["", "a", "a\u0000", "aa", "ab", "b", "c", "\u00ff"]);
  assert.deepEqual([...keys.from("a")], ["a", "a\u0000", "aa", "ab"]);
  assert.deepEqual([...keys.from("x")], []);
  assert.deepEqual([...keys.from("\u00ff")], ["\u00ff"]);
});

test("SortedKeys.from() repeats and loses nothing when keys are added while it runs", () => {
  const keys = keysOf("b", "d", "f");
  const seen: string[] = [];
  for (const key of keys.from("")) {
    seen.push(key);
    if (key === "b") keys.add("a");
    if (key === "d") keys.add("e");
    if (key === "f") keys.add("c");
  }
  assert.deepEqual(seen, ["b", "d", "e", "f"]);
});

test("SortedKeys.from() repeats and loses nothing that stays when keys are removed while it runs", () => {
  const keys = keysOf("a", "b", "c", "d", "e", "f");
  const seen: string[] = [];
  for (const key of keys.from("")) {
    seen.push(key);
    if (key === "b") for (const gone of ["a", "b", "c"]) keys.remove(gone);
    if (key === "e") keys.remove("d");
  }
  assert.deepEqual(seen, ["a", "b", "d", "e", "f"]);
  assert.deepEqual([...keys.from("")], ["e", "f"]);
});
