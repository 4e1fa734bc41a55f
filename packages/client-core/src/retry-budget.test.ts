import assert from "node:assert/strict";
import { test } from "node:test";
import { type RetryBudget, retryBudget } from "./retry-budget.js";

/** Failures until no retry is allowed any more, that one included. */
function failuresUntilEmpty(budget: RetryBudget): number {
  let failures = 0;
  while (budget.allowsRetry) {
    budget.failed();
    failures += 1;
  }
  return failures;
}

test("retryBudget() allows retries while more than half of its tokens are left, by default for 1,000 calls that fail together", () => {
  assert.equal(failuresUntilEmpty(retryBudget({ maxTokens: 10 })), 5);
  assert.equal(failuresUntilEmpty(retryBudget()), 2000);
});

test("retryBudget() takes ten successes for one failure, and never holds more than maxTokens", () => {
  const budget = retryBudget({ maxTokens: 10 });
  for (let i = 0; i < 100; i++) budget.succeeded();
  assert.equal(failuresUntilEmpty(budget), 5);
  for (let i = 0; i < 9; i++) budget.succeeded();
  assert.equal(failuresUntilEmpty(budget), 1);
});

test("retryBudget() needs a hundred successes after an outage of any length", () => {
  const budget = retryBudget();
  for (let failures = 0; failures < 100_000; failures++) budget.failed();
  for (let i = 0; i < 100; i++) budget.succeeded();
  assert.equal(budget.allowsRetry, false);
  budget.succeeded();
  assert.equal(budget.allowsRetry, true);
});

test("retryBudget() refuses options that cannot work", () => {
  for (const options of [{ maxTokens: 0 }, { maxTokens: 1_000_001 }, { tokenRatio: Number.NaN }, { tokenRatio: -1 }]) {
    assert.throws(() => retryBudget(options), RangeError);
  }
});
