import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { AbortHub } from "./abort-hub.js";

test("AbortHub puts one listener on a signal, and takes it away with the last member", () => {
  const hub = new AbortHub();
  const { signal } = new AbortController();
  const members = Array.from({ length: 1000 }, () => ({ abort: () => assert.fail() }));
  for (const member of members) hub.add(signal, member);
  assert.equal(getEventListeners(signal, "abort").length, 1);
  for (const member of members) hub.delete(signal, member);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("AbortHub tells all members the reason, even if they leave meanwhile", () => {
  const hub = new AbortHub();
  const controller = new AbortController();
  const reasons: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    const member = {
      abort(reason: unknown) {
        reasons.push(reason);
        hub.delete(controller.signal, member);
      },
    };
    hub.add(controller.signal, member);
  }
  controller.abort("why");
  assert.deepEqual(reasons, ["why", "why", "why"]);
});

test("AbortHub serves a signal again after everybody has left", () => {
  const hub = new AbortHub();
  const controller = new AbortController();
  let count = 0;
  const member = { abort: () => count++ };
  for (let i = 0; i < 3; i++) {
    hub.add(controller.signal, member);
    hub.delete(controller.signal, member);
  }
  hub.add(controller.signal, member);
  controller.abort();
  assert.equal(count, 1);
});
