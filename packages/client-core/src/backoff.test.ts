import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs } from "./backoff.js";

const ceiling = { baseDelayMs: 100, maxDelayMs: 1000, random: () => 1 };

test("backoffMs() doubles its ceiling with each attempt, up to maxDelayMs", () => {
  const ceilings = [1, 2, 3, 4, 5, 2000].map((attempt) => backoffMs(attempt, ceiling));
  assert.deepEqual(ceilings, [100, 200, 400, 800, 1000, 1000]);
});

test("backoffMs() spreads a pause over everything below its ceiling", () => {
  assert.equal(backoffMs(3, { ...ceiling, random: () => 0 }), 0);
  assert.equal(backoffMs(3, { ...ceiling, random: () => 0.25 }), 100);
});

test("backoffMs() is a number however many attempts failed", () => {
  assert.equal(backoffMs(5000, { ...ceiling, baseDelayMs: 0 }), 0);
});
