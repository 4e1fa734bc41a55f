import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { keepAlive } from "./keep-alive.js";

test("keepAlive() calls at its interval until it is stopped, also after calls that failed", async (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  let calls = 0;
  const heartbeat = keepAlive(async () => {
    calls += 1;
    throw new Error("no network");
  }, 1000);
  context.mock.timers.tick(5000);
  assert.equal(calls, 0);
  heartbeat.start();
  heartbeat.start();
  for (let i = 0; i < 3; i++) {
    context.mock.timers.tick(1000);
    await setImmediate(); // the call has failed
  }
  assert.equal(calls, 3);
  heartbeat.stop();
  context.mock.timers.tick(3000);
  assert.equal(calls, 3);
  heartbeat.start();
  context.mock.timers.tick(1000);
  assert.equal(calls, 4);
});

test("keepAlive() makes no call while one is under way", (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  let calls = 0;
  const heartbeat = keepAlive(() => {
    calls += 1;
    return new Promise(() => undefined);
  }, 1000);
  heartbeat.start();
  context.mock.timers.tick(5000);
  assert.equal(calls, 1);
  heartbeat.stop();
});

test("keepAlive() never calls at an infinite interval", (context) => {
  context.mock.timers.enable({ apis: ["setInterval"] });
  let calls = 0;
  keepAlive(async () => (calls += 1), Number.POSITIVE_INFINITY).start();
  context.mock.timers.tick(2 ** 31);
  assert.equal(calls, 0);
});
