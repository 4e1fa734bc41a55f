import assert from "node:assert/strict";
import { test } from "node:test";
import { WriteGate } from "./write-gate.js";

const never = new AbortController().signal;

test("WriteGate lets one in at a time, in the order of asking, without those that gave up", async () => {
  const gate = new WriteGate();
  const order: string[] = [];
  const leaveFirst = await gate.enter(never);
  const givesUp = new AbortController();
  const others = [never, givesUp.signal, never].map(async (signal, n) => {
    const leave = await gate.enter(signal);
    order.push(`${n} ${leave ? "in" : "out"}`);
    leave?.();
  });
  givesUp.abort();
  await others[1];
  assert.deepEqual(order, ["1 out"]);
  leaveFirst?.();
  await Promise.all(others);
  assert.deepEqual(order, ["1 out", "0 in", "2 in"]);
  assert.equal(await gate.enter(AbortSignal.abort()), undefined);
  assert.ok(await gate.enter(never));
});
