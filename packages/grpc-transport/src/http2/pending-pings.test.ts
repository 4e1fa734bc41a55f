import assert from "node:assert/strict";
import { test } from "node:test";
import { PendingPings } from "./pending-pings.js";

test("PendingPings finds who waits for an answer, once and in any order", () => {
  const pings = new PendingPings();
  const [first, second] = [() => undefined, () => undefined];
  const payloads = [pings.begin(first), pings.begin(second)] as const;
  assert.equal(pings.take(payloads[1]), second);
  assert.equal(pings.take(payloads[0]), first);
  assert.equal(pings.take(payloads[0]), undefined);
});

test("PendingPings forgets all once it is cleared", () => {
  const pings = new PendingPings();
  const payload = pings.begin(() => undefined);
  pings.clear();
  assert.equal(pings.take(payload), undefined);
});
