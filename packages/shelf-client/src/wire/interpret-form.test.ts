import assert from "node:assert/strict";
import { test } from "node:test";
import { float } from "./float.js";
import type { ChangeForm, PredicateForm } from "./form.js";
import { changeValue, compareItems, type Item, testItem } from "./interpret-form.js";

const value = new Map<string, unknown>([
  ["n", 1],
  ["f", float(1)],
  ["yes", true],
  ["none", null],
  ["nan", Number.NaN],
  ["big", 2n ** 53n + 1n],
  ["text", "a😀"],
  ["list", [1, "x", [true]]],
  ["dict", new Map([["n", 1]])],
]);
const item: Item = ["key", value];

test("testItem() keeps kinds apart, and compares ints with floats exactly", () => {
  const cases: [PredicateForm, boolean][] = [
    [["eq", ["n"], float(1)], true],
    [["eq", ["n"], true], false],
    [["eq", ["yes"], 1], false],
    [["eq", ["list"], [1, "x", [true]]], true],
    [["eq", ["list"], [1, "x", [1]]], false],
    [["eq", ["nan"], Number.NaN], false],
    [["eq", ["big"], 2 ** 53], false],
    [["gt", ["big"], 2 ** 53], true],
    [["ge", ["nan"], 0], false],
    [["lt", ["text"], "a\ufffd"], false],
    [["lt", ["n"], "2"], false],
    [["eq", ["none"], null], true],
    [["exists", ["none"]], true],
    [["exists", ["gone"]], false],
    [["eq", ["gone"], null], false],
    [["exists", ["n", "deeper"]], false],
    [["eq", ["dict", "n"], 1], true],
    [["eq", null, "key"], true],
    [["contains", ["list"], [true]], true],
    [["contains", ["text"], "😀"], true],
    [["contains", ["n"], 1], false],
    [["not", ["eq", ["gone"], 1]], true],
    [["all", []], true],
    [["any", []], false],
  ];
  for (const [form, expected] of cases) assert.equal(testItem(form, item), expected, JSON.stringify(form));
});

test("compareItems() orders by kind first, and by the next operand where all is equal", () => {
  const values = [new Map(), "b", Uint8Array.of(1), 2, Number.NaN, true, null, [], "a", 1, false, float(1.5)];
  const items: Item[] = values.map((each, index) => [String.fromCharCode(97 + index), new Map([["v", each]])]);
  const sorted = [...items].sort((a, b) => compareItems([["v"], null], a, b));
  assert.deepEqual(sorted.map(([key]) => key).join(""), "gkfejldibcah");
  assert.ok(compareItems([["gone"]], item, ["z", value]) === 0 && compareItems([["v"]], item, items[6] ?? item) < 0);
});

test("changeValue() leaves the item as it was, and fails with the program's text", () => {
  const changes: ChangeForm[] = [
    ["set", ["new", "deep"], 1],
    ["increment", ["n"], 2],
    ["unset", ["text"]],
  ];
  const after = changeValue(changes, item) as Map<string, unknown>;
  assert.deepEqual([after.get("new"), after.get("n"), after.has("text")], [new Map([["deep", 1]]), 3, false]);
  assert.equal(value.get("n"), 1);
  const failing: [ChangeForm, string][] = [
    [["increment", ["text"], 1], "Cannot edit text: it is no number"],
    [["push", ["n"], [1]], "Cannot edit n: it is no list"],
    [["merge", ["n"], new Map()], "Cannot edit n: it is no dict"],
    [["set", ["n", "x"], 1], "Cannot edit n: it is no dict"],
  ];
  for (const [change, message] of failing)
    assert.throws(() => changeValue([change], item), { name: "TypeError", message });
});
