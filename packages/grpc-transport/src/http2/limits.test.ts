import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultLimits, FloodGuard } from "./limits.js";

const limits = { ...defaultLimits, idleFrameBurst: 3, idleFramesPerSecond: 10 };

test("FloodGuard lets a burst through, and no more", () => {
  const guard = new FloodGuard(limits, () => 0);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => guard.idle()),
    [true, true, true, false],
  );
});

test("FloodGuard makes frames with content up for others", () => {
  const guard = new FloodGuard(limits, () => 0);
  for (let i = 0; i < 100; i++) {
    assert.equal(guard.idle(), true);
    guard.productive();
  }
});

test("FloodGuard allows a steady rate for ever", () => {
  let now = 0;
  const guard = new FloodGuard(limits, () => now);
  for (let i = 0; i < 1000; i++) {
    now += 100;
    assert.equal(guard.idle(), true);
  }
});
