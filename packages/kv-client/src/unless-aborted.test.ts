import assert from "node:assert/strict";
import { test } from "node:test";
import { unlessAborted } from "./unless-aborted.js";

const never = new Promise<never>(() => undefined);
const stop = () => new Error("stopped");

test("unlessAborted() gives what the promise gives, and lets go of the signal", async () => {
  const { signal } = new AbortController();
  let listeners = 0;
  signal.addEventListener = () => void listeners++;
  signal.removeEventListener = () => void listeners--;
  assert.equal(await unlessAborted(Promise.resolve(1), signal, stop), 1);
  await assert.rejects(unlessAborted(Promise.reject(new Error("failed")), signal, stop), /failed/);
  assert.equal(listeners, 0);
  assert.equal(await unlessAborted(Promise.resolve(1), undefined, stop), 1);
});

test("unlessAborted() ends with the signal, also if that has fired before", async () => {
  const controller = new AbortController();
  const waiting = unlessAborted(never, controller.signal, stop);
  controller.abort();
  await assert.rejects(waiting, /stopped/);
  await assert.rejects(unlessAborted(never, controller.signal, stop), /stopped/);
});

test("unlessAborted() leaves no rejection unhandled when the promise fails after the signal", async () => {
  const controller = new AbortController();
  const { promise, reject } = withReject();
  const waiting = unlessAborted(promise, controller.signal, stop);
  controller.abort();
  await assert.rejects(waiting, /stopped/);
  reject(new Error("late"));
  await new Promise((resolve) => setImmediate(resolve)); // an unhandled rejection would fail this test
});

function withReject() {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((_, rejectPromise) => {
    reject = rejectPromise;
  });
  return { promise, reject };
}
