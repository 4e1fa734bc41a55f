import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { sleep } from "./sleep.js";

test("sleep() leaves no listener on the signal behind", async () => {
  const { signal } = new AbortController();
  await sleep(0, signal);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("sleep() rejects at once when the signal fires, and keeps its reason as the cause", async () => {
  const controller = new AbortController();
  const waiting = sleep(60_000, controller.signal);
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(waiting, { code: Code.Canceled, rawMessage: "enough", cause: reason });
});

test("sleep() rejects on a signal that has fired already", async () => {
  await assert.rejects(sleep(60_000, AbortSignal.abort()), { code: Code.Canceled });
});

test("sleep() says deadline_exceeded for a signal that timed out", async () => {
  const signal = AbortSignal.abort(new DOMException("too late", "TimeoutError"));
  await assert.rejects(sleep(60_000, signal), { code: Code.DeadlineExceeded });
});
