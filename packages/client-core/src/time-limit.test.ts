import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { TimeLimit } from "./time-limit.js";

test("TimeLimit fires its signal when the time is over, with a TimeoutError", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const limit = new TimeLimit(1000, undefined);
  t.mock.timers.tick(999);
  assert.equal(limit.signal.aborted, false);
  t.mock.timers.tick(1);
  assert.equal(limit.signal.reason.name, "TimeoutError");
});

test("TimeLimit fires its signal with the caller's, also if that has fired already", () => {
  const controller = new AbortController();
  const limit = new TimeLimit(Number.POSITIVE_INFINITY, controller.signal);
  controller.abort("enough");
  assert.equal(limit.signal.reason, "enough");
  assert.equal(new TimeLimit(Number.POSITIVE_INFINITY, controller.signal).signal.reason, "enough");
  assert.equal(limit.remainingMs(), Number.POSITIVE_INFINITY);
});

test("TimeLimit.end() lets go of timer and listener", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { signal } = new AbortController();
  const limit = new TimeLimit(1000, signal);
  limit.end();
  t.mock.timers.tick(1000);
  assert.equal(limit.signal.aborted, false);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});
