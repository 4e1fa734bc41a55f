import assert from "node:assert/strict";
import { test } from "node:test";
import { checkDelays } from "./check-delays.js";

test("checkDelays() takes what is not set, 0, and any longer pause, and refuses what is none", () => {
  for (const fine of [
    {},
    { baseDelayMs: 0, maxDelayMs: 0 },
    { baseDelayMs: 0.5, maxDelayMs: Number.POSITIVE_INFINITY },
  ])
    checkDelays("start", fine);
  for (const wrong of [{ baseDelayMs: -1 }, { maxDelayMs: Number.NaN }, { maxDelayMs: "soon" as never }]) {
    assert.throws(
      () => checkDelays("start", wrong),
      /^RangeError: Cannot start: (base|max)DelayMs must be at least 0, got/,
    );
  }
});
