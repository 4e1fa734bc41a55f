import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Liveness, type LivenessOptions } from "./liveness.js";

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

test("Liveness asks after the interval, and again after the answer", () => {
  const { liveness, pings, deaths } = watched();
  liveness.watch();
  pass(99);
  assert.equal(pings.length, 0);
  pass(1);
  assert.equal(pings.length, 1);
  liveness.heard();
  pings[0]?.();
  pass(99);
  assert.equal(pings.length, 1);
  pass(1);
  assert.equal(pings.length, 2);
  assert.deepEqual(deaths, []);
});

test("Liveness does not ask while bytes come", () => {
  const { liveness, pings } = watched();
  liveness.watch();
  for (let i = 0; i < 10; i++) {
    pass(90);
    liveness.heard();
  }
  assert.equal(pings.length, 0);
  pass(100);
  assert.equal(pings.length, 1);
});

test("Liveness says that a target is dead which does not answer in time", () => {
  const { liveness, deaths } = watched();
  liveness.watch();
  pass(100);
  pass(29);
  assert.deepEqual(deaths, []);
  pass(1);
  assert.deepEqual(deaths, ["The server did not answer a PING within 30 ms"]);
});

test("Liveness asks while no call is open only if it is told to", () => {
  for (const pingIdleConnection of [false, true]) {
    const { liveness, pings } = watched({ pingIdleConnection, isBusy: false });
    liveness.watch();
    pass(100);
    assert.equal(pings.length, pingIdleConnection ? 1 : 0);
  }
});

test("Liveness never asks, and finds nothing stale, with an infinite interval", () => {
  const { liveness, pings } = watched({ pingIntervalMs: Number.POSITIVE_INFINITY });
  liveness.watch();
  pass(2 ** 31);
  assert.equal(pings.length, 0);
  assert.equal(liveness.isStale, false);
});

test("Liveness is stale after the interval, until bytes come", () => {
  const { liveness } = watched();
  nowMs += 101;
  assert.equal(liveness.isStale, true);
  liveness.heard();
  assert.equal(liveness.isStale, false);
});

test("Liveness waits for ever for an answer with an infinite timeout", () => {
  const { liveness, deaths } = watched({ pingTimeoutMs: Number.POSITIVE_INFINITY });
  const onAnswer = mock.fn();
  liveness.verify(onAnswer);
  pass(2 ** 31);
  assert.deepEqual(deaths, []);
});

test("Liveness does nothing any more once it is stopped, whatever it was waiting for", () => {
  const { liveness, pings, deaths } = watched();
  liveness.verify(() => assert.fail("There was no answer"));
  liveness.watch();
  liveness.verify(() => assert.fail("There was no answer"));
  liveness.stop();
  liveness.watch();
  pass(1000);
  assert.equal(pings.length, 2);
  assert.deepEqual(deaths, []);
});

function watched(options: Partial<LivenessOptions> & { readonly isBusy?: boolean } = {}) {
  const { isBusy = true, ...rest } = options;
  const pings: (() => void)[] = [];
  const deaths: string[] = [];
  const liveness = new Liveness(
    { pingIntervalMs: 100, pingTimeoutMs: 30, pingIdleConnection: false, ...rest },
    {
      isBusy: () => isBusy,
      ping: (onAnswer) => pings.push(onAnswer),
      dead: (reason) => deaths.push(reason),
    },
  );
  return { liveness, pings, deaths };
}

function pass(ms: number): void {
  nowMs += ms;
  mock.timers.tick(ms);
}
