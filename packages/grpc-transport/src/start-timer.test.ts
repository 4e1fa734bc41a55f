import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { startTimer } from "./start-timer.js";

beforeEach(() => mock.timers.enable({ apis: ["setTimeout"] }));
afterEach(() => mock.timers.reset());

test("startTimer() waits for the delay, rounded up", () => {
  const onTime = mock.fn();
  startTimer(onTime, 9.2);
  mock.timers.tick(9);
  assert.equal(onTime.mock.callCount(), 0);
  mock.timers.tick(1);
  assert.equal(onTime.mock.callCount(), 1);
});

test("startTimer() waits as long as a timer can for a longer delay", () => {
  const onTime = mock.fn();
  startTimer(onTime, 2 ** 40);
  mock.timers.tick(2 ** 31 - 2);
  assert.equal(onTime.mock.callCount(), 0);
  mock.timers.tick(1);
  assert.equal(onTime.mock.callCount(), 1);
});

test("startTimer() starts none that never ends", () => {
  assert.equal(
    startTimer(() => assert.fail("It fired"), Number.POSITIVE_INFINITY),
    undefined,
  );
});
