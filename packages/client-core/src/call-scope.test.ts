import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { CallScope } from "./call-scope.js";

test("CallScope tells the remaining time as a transport takes it", () => {
  assert.deepEqual(
    [undefined, 0, -1].map((timeoutMs) => new CallScope(undefined, timeoutMs).timeoutMs),
    [undefined, 0, -1],
  );
  const { timeoutMs = 0 } = new CallScope(undefined, 60_000);
  assert.ok(timeoutMs > 50_000 && timeoutMs <= 60_000, `${timeoutMs}`);
});

test("CallScope's signal fires with the outer one's reason, and its error tells it", () => {
  const outer = new AbortController();
  const scope = new CallScope(outer.signal, undefined);
  const { signal } = scope;
  assert.ok(!signal.aborted);
  const reason = new Error("enough");
  outer.abort(reason);
  assert.equal(signal.reason, reason);
  const { error } = scope;
  assert.deepEqual([error?.code, error?.cause], [Code.Canceled, reason]);
});

test("CallScope's signal has fired when it is asked for after the outer one did", () => {
  assert.equal(new CallScope(AbortSignal.abort(), 1000).signal.aborted, true);
});

test("CallScope's signal fires at the time limit", async () => {
  const scope = new CallScope(undefined, 5);
  const { signal } = scope;
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  assert.equal(signal.reason.code, Code.DeadlineExceeded);
  assert.equal(scope.error, signal.reason);
});

test("CallScope's signal never fires after the end, also if it is asked for only then", () => {
  const outer = new AbortController();
  const early = new CallScope(outer.signal, 1000);
  const late = new CallScope(outer.signal, 1000);
  const { signal } = early;
  early.end();
  late.end();
  outer.abort();
  assert.deepEqual([signal.aborted, late.signal.aborted], [false, false]);
});

test("CallScope keeps the error that it was cancelled with, for a signal that is asked for later too", () => {
  const scope = new CallScope(undefined, 1000);
  const first = new ConnectError("first", Code.Internal);
  scope.cancel(first);
  scope.cancel(new ConnectError("second", Code.Internal));
  assert.equal(scope.error, first);
  assert.equal(scope.signal.reason, first);
});

test("CallScope.hold() gives up what ignores the signal, and passes on what does not", async () => {
  const scope = new CallScope(undefined, 5);
  await assert.rejects(scope.hold(new Promise(() => undefined)), { code: Code.DeadlineExceeded });
  assert.equal(await new CallScope(undefined, 60_000).hold(Promise.resolve(1)), 1);
  const unlimited = Promise.resolve(2);
  assert.equal(new CallScope(undefined, undefined).hold(unlimited), unlimited);
});
