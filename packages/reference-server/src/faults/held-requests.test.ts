import assert from "node:assert/strict";
import { test } from "node:test";
import { HeldRequests } from "./held-requests.js";

function heldRequests() {
  const held = new HeldRequests();
  const served: string[] = [];
  const hold = (name: string, calls: number) =>
    held.hold(calls, async () => {
      await Promise.resolve();
      served.push(name);
      if (name === "bad") throw new Error("nobody is told");
    });
  return { held, served, hold };
}

test("HeldRequests.callServed() serves what waited for that many calls, and waits for it", async () => {
  const { held, served, hold } = heldRequests();
  hold("second", 2);
  hold("bad", 1);
  await held.callServed();
  assert.deepEqual(served, ["bad"]);
  hold("third", 1);
  await held.callServed();
  assert.deepEqual(served, ["bad", "second", "third"]);
});

test("HeldRequests.release() serves all in their order, drop() none", async () => {
  const { held, served, hold } = heldRequests();
  hold("a", 9);
  hold("b", 1);
  await held.release();
  assert.deepEqual(served, ["a", "b"]);
  hold("c", 1);
  held.drop();
  await held.callServed();
  await held.release();
  assert.deepEqual(served, ["a", "b"]);
});
