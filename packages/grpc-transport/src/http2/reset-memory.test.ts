import assert from "node:assert/strict";
import { test } from "node:test";
import { ResetMemory } from "./reset-memory.js";

test("ResetMemory knows the streams that were reset", () => {
  const resets = new ResetMemory();
  resets.add(3);
  assert.deepEqual(
    [1, 3, 5].map((id) => resets.mayHave(id)),
    [false, true, false],
  );
});

test("ResetMemory takes every stream for reset that is as old as those it has forgotten", () => {
  const resets = new ResetMemory();
  for (let id = 3; id < 3 + 4 * 1025; id += 4) resets.add(id);
  assert.deepEqual(
    [1, 3, 5, 7].map((id) => resets.mayHave(id)),
    [true, true, false, true],
  );
});
