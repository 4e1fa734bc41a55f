import assert from "node:assert/strict";
import { test } from "node:test";
import { increment, merge, push, set, unset } from "./change.js";
import { pythonExpression } from "./python-expression.js";
import { sortBy } from "./sort-key.js";
import { PickleCall, PickleGlobal } from "./wire/pickle-objects.js";

test("changes are forms", () => {
  assert.deepEqual(set("a.b", [1]).form, ["set", ["a", "b"], [1]]);
  assert.deepEqual(set([], 1).form, ["set", [], 1]);
  assert.deepEqual(unset("a").form, ["unset", ["a"]]);
  assert.deepEqual(increment("n").form, ["increment", ["n"], 1]);
  assert.deepEqual(push("l", 1, 2).form, ["push", ["l"], [1, 2]]);
  assert.deepEqual(merge([], { a: 1 }).form, ["merge", [], { a: 1 }]);
});

test("unset() needs a field, and increment() a number", () => {
  assert.throws(() => unset([]), /the path must name a field/);
  assert.throws(() => increment("n", "1" as never), /it takes a number, got string/);
});

test("changes make no field that would make the shelf unreadable, and can take it away", () => {
  for (const name of ["__proto__", "__shelfdb_type__"]) {
    const changes = [() => set(`a.${name}.b`, 1), () => increment(name), () => push([name], 1), () => merge(name, {})];
    for (const make of changes) assert.throws(make, { name: "TypeError", message: /ShelfDB cannot hold the key __/ });
    assert.deepEqual(unset(["a", name]).form, ["unset", ["a", name]]);
  }
});

test("merge() takes fields", () => {
  for (const wrong of [1, null, [1], "x", new Date()]) {
    assert.throws(() => merge("a", wrong as never), /^TypeError: Cannot merge: it takes an object of fields$/);
  }
});

test("sortBy() names one operand at least", () => {
  assert.deepEqual(sortBy("a.b", ["c.d"]).operands, [["a", "b"], ["c.d"]]);
  assert.throws(() => sortBy(), /name one path at least/);
});

test("pythonExpression() binds values by a second call, and refuses what is no source", () => {
  const source = new PickleCall(new PickleGlobal("builtins", "eval"), ["lambda it: it", {}]);
  assert.deepEqual(pythonExpression("lambda it: it").call, source);
  assert.deepEqual(pythonExpression("lambda it: it", 1, "x").call, new PickleCall(source, [1, "x"]));
  for (const wrong of ["", "  ", "a\0b", 1]) assert.throws(() => pythonExpression(wrong as string), TypeError);
});
