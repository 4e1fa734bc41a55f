import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Code, type ConnectError } from "@connectrpc/connect";
import { Deadline } from "./deadline.js";

let nowMs = 0;
beforeEach(() => {
  nowMs = 1000;
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(performance, "now", () => nowMs);
});
afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

test("Deadline says once that it has passed", () => {
  const errors: ConnectError[] = [];
  const deadline = new Deadline(50, (error) => errors.push(error));
  pass(49);
  assert.equal(errors.length, 0);
  assert.equal(deadline.remainingMs(), 1);
  pass(1);
  pass(100);
  assert.deepEqual(
    errors.map(({ code, rawMessage }) => [code, rawMessage]),
    [[Code.DeadlineExceeded, "The call did not end within 50 ms"]],
  );
});

test("Deadline waits on when its timer fires early", () => {
  const onExpired = mock.fn();
  const deadline = new Deadline(50, onExpired);
  mock.timers.tick(50); // the clock stands still meanwhile
  assert.equal(onExpired.mock.callCount(), 0);
  assert.equal(deadline.isOver, false);
  pass(50);
  assert.equal(onExpired.mock.callCount(), 1);
});

test("Deadline may be further away than a timer can wait", () => {
  const onExpired = mock.fn();
  new Deadline(2 ** 32, onExpired);
  pass(2 ** 31 - 1);
  pass(2 ** 31 - 1);
  assert.equal(onExpired.mock.callCount(), 0);
  pass(2);
  assert.equal(onExpired.mock.callCount(), 1);
});

test("Deadline says nothing any more once it is cleared", () => {
  const deadline = new Deadline(50, () => assert.fail("It fired"));
  deadline.clear();
  pass(100);
  assert.equal(deadline.isOver, true);
});

function pass(ms: number): void {
  nowMs += ms;
  mock.timers.tick(ms);
}
