import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { allowManyListeners } from "./allow-many-listeners.js";

test("allowManyListeners() keeps Node from warning of listeners on a signal", async (t) => {
  const { signal } = new AbortController();
  allowManyListeners(signal);
  assert.deepEqual(await warningsOfListeners(t, signal), []);
});

test("allowManyListeners() does nothing where there is no Node", async (t) => {
  const { signal } = new AbortController();
  const getter = t.mock.getter(globalThis, "process", () => undefined);
  allowManyListeners(signal);
  getter.mock.restore();
  assert.deepEqual(await warningsOfListeners(t, signal), ["MaxListenersExceededWarning"]);
});

async function warningsOfListeners(t: { after(end: () => void): void }, signal: AbortSignal): Promise<string[]> {
  const names: string[] = [];
  const listener = ({ name }: Error) => names.push(name);
  process.on("warning", listener);
  t.after(() => process.off("warning", listener));
  for (let i = 0; i < 20; i++) signal.addEventListener("abort", () => undefined);
  await setImmediate();
  return names;
}
