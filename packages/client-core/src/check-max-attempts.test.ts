import assert from "node:assert/strict";
import { test } from "node:test";
import { checkMaxAttempts } from "./check-max-attempts.js";

test("checkMaxAttempts() takes whole numbers from 1, and Infinity", () => {
  for (const count of [1, 2, Number.POSITIVE_INFINITY]) checkMaxAttempts(count);
  for (const count of [0, -1, 1.5, Number.NaN, Number.NEGATIVE_INFINITY]) {
    assert.throws(() => checkMaxAttempts(count), { name: "RangeError", message: new RegExp(`got ${count}$`) });
  }
});
