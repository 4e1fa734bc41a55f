import assert from "node:assert/strict";
import { test } from "node:test";
import { retryBudget } from "./retry-budget.js";

test("retryBudget() allows retries while more than half of its tokens are left", () => {
  const budget = retryBudget();
  for (let failures = 0; failures < 4; failures++) budget.failed();
  assert.equal(budget.allowsRetry, true);
  budget.failed();
  assert.equal(budget.allowsRetry, false);
});

test("retryBudget() takes ten successes for one failure, and never holds more than maxTokens", () => {
  const budget = retryBudget();
  for (let i = 0; i < 100; i++) budget.succeeded();
  for (let failures = 0; failures < 5; failures++) budget.failed();
  assert.equal(budget.allowsRetry, false);
  budget.succeeded();
  assert.equal(budget.allowsRetry, true);
});

test("retryBudget() refuses options that cannot work", () => {
  assert.throws(() => retryBudget({ maxTokens: 0 }), RangeError);
  assert.throws(() => retryBudget({ tokenRatio: Number.NaN }), RangeError);
});
