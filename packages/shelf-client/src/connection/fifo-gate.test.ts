import assert from "node:assert/strict";
import { test } from "node:test";
import { FifoGate } from "./fifo-gate.js";

const never = new AbortController().signal;

test("FifoGate lets so many in, and the others in the order they came", async () => {
  const gate = new FifoGate(2);
  const leaves = [await gate.enter(never), await gate.enter(never)];
  const order: number[] = [];
  const waiting = [1, 2, 3].map(async (n) => {
    const leave = await gate.enter(never);
    order.push(n);
    leave();
  });
  assert.deepEqual(order, []);
  leaves[0]?.();
  leaves[0]?.(); // a second time does nothing
  await Promise.all(waiting);
  assert.deepEqual(order, [1, 2, 3]);
  await gate.enter(never);
});

test("FifoGate gives up a wait when its signal fires, and nobody else's place", async () => {
  const gate = new FifoGate(1);
  const leave = await gate.enter(never);
  const controller = new AbortController();
  const given = gate.enter(controller.signal);
  const next = gate.enter(never);
  controller.abort(new Error("enough"));
  await assert.rejects(given, /enough/);
  await assert.rejects(gate.enter(controller.signal), /enough/);
  leave();
  (await next)();
  await gate.enter(never);
});
