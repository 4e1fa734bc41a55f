import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { attemptsKey } from "./attempts.js";
import { type CallOptions, defaultTimeoutMs, type StubCallOptions } from "./call-options.js";
import { clientCalls } from "./client-calls.js";
import { deliveryOf } from "./delivery.js";
import { ClientClosedError, PumiceError } from "./pumice-error.js";
import { translateError } from "./translate-error.js";

const { get, scan } = ScoriaDB.method;

/** A call that ends only when it is aborted. */
const untilAborted = ({ signal }: StubCallOptions) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });

test("clientCalls().unary() hands signal, deadline and headers to the stub", async () => {
  const calls = clientCalls(translateError);
  const headers = { "x-trace": "1" };
  const given = await calls.unary(get, { headers, timeoutMs: 5 }, async (stub) => stub);
  assert.equal(given.timeoutMs, 5);
  assert.equal(given.headers, headers);
  assert.equal((await calls.unary(get, {}, async (stub) => stub)).timeoutMs, defaultTimeoutMs);
});

test("clientCalls() has no deadline for streams by default, and for any call with Infinity", async () => {
  const calls = clientCalls(translateError);
  const given: number[] = [];
  const open = async function* ({ timeoutMs }: StubCallOptions) {
    given.push(timeoutMs);
    yield 1;
  };
  for await (const _ of calls.stream(scan, {}, open));
  for await (const _ of calls.stream(scan, { timeoutMs: 9 }, open));
  given.push((await calls.unary(get, { timeoutMs: Number.POSITIVE_INFINITY }, async (stub) => stub)).timeoutMs);
  assert.deepEqual(given, [0, 9, 0]);
});

test("clientCalls() refuses options that cannot work before anything is sent", async () => {
  const calls = clientCalls(translateError);
  const wrong: [CallOptions, typeof TypeError | typeof RangeError][] = [
    ...[0, -1, Number.NaN, 2 ** 31, 1e15, "5" as never].map((timeoutMs): [CallOptions, typeof RangeError] => [
      { timeoutMs },
      RangeError,
    ]),
    [{ signal: {} as never }, TypeError],
    [{ signal: null as never }, TypeError],
    [{ retry: "often" as never }, TypeError],
    [{ headers: { "bad header": "x" } }, TypeError],
    [{ headers: { "x-text": "ä\u{1f600}" } }, TypeError],
  ];
  for (const [options, type] of wrong) {
    await assert.rejects(
      calls.unary(get, options, async () => assert.fail("was sent")),
      type,
    );
    assert.throws(() => calls.stream(scan, options, () => assert.fail("was sent")), type);
  }
});

test("clientCalls() says which rpc failed after how many attempts", async () => {
  const calls = clientCalls(translateError);
  const failed = calls.unary(get, {}, async ({ contextValues }) => {
    const attempts = contextValues.get(attemptsKey);
    if (attempts) attempts.made = 3;
    throw new ConnectError("gone", Code.NotFound, { "grpc-status": "5" });
  });
  await assert.rejects(failed, { rpc: "scoriadb.ScoriaDB/Get", attempts: 3, code: Code.NotFound });
});

test("clientCalls() passes the caller's abort on and leaves no listener behind", async () => {
  const calls = clientCalls(translateError);
  const controller = new AbortController();
  const failed = calls.unary(get, { signal: controller.signal }, untilAborted);
  controller.abort(new Error("enough"));
  await assert.rejects(failed, { code: Code.Canceled });

  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  const { signal } = new AbortController();
  for (let i = 0; i < 1000; i++) await calls.unary(get, { signal }, async () => i);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", onWarning);
  assert.deepEqual(warnings, []);
});

test("clientCalls() does not take the error of another call, as the reason of an abort, for its own", async () => {
  const calls = clientCalls(translateError);
  const answer = new ConnectError("no such family", Code.NotFound, { "grpc-status": "5" });
  const other = translateError(answer, { rpc: "other.Service/Call", attempts: 2 });
  for (const isEarly of [true, false]) {
    const controller = new AbortController();
    if (isEarly) controller.abort(other);
    const failed = calls.unary(get, { signal: controller.signal }, untilAborted);
    controller.abort(other);
    await assert.rejects(failed, (error) => {
      assert.ok(error instanceof PumiceError && error.cause instanceof ConnectError);
      assert.deepEqual([error.code, error.rpc, error.cause.cause], [Code.Canceled, "scoriadb.ScoriaDB/Get", other]);
      assert.equal(deliveryOf(error), "unknown");
      return true;
    });
  }
});

test("clientCalls().close() ends calls in flight and later ones with ClientClosedError", async () => {
  const calls = clientCalls(translateError);
  const unary = calls.unary(get, {}, untilAborted);
  const stream = calls.stream(scan, {}, async function* (stub) {
    yield 1;
    yield await untilAborted(stub);
  });
  const reading = (async () => {
    for await (const _ of stream);
  })();
  await new Promise((resolve) => setImmediate(resolve));
  await Promise.all([calls.close(), calls.close({ timeoutMs: 0 })]);
  await assert.rejects(unary, ClientClosedError);
  await assert.rejects(reading, ClientClosedError);
  await assert.rejects(
    calls.unary(get, {}, async () => 1),
    { code: Code.FailedPrecondition, attempts: 0 },
  );
  await assert.rejects(async () => {
    for await (const _ of stream);
  }, ClientClosedError);
});

test("clientCalls().stream() starts a call for each loop and aborts it when the loop is left", async () => {
  const calls = clientCalls(translateError);
  const signals: AbortSignal[] = [];
  const stream = calls.stream(scan, {}, async function* ({ signal }) {
    signals.push(signal);
    yield 1;
    yield 2;
  });
  assert.equal(signals.length, 0);
  for await (const _ of stream) break;
  for await (const _ of stream) break;
  assert.equal(signals.length, 2);
  assert.ok(signals.every((signal) => signal.aborted));
});

test("clientCalls().stream() can be left while a read is under way", async () => {
  const calls = clientCalls(translateError);
  let signal: AbortSignal | undefined;
  const iterator = calls
    .stream(scan, {}, async function* (stub) {
      signal = stub.signal;
      yield 1;
      yield await untilAborted(stub);
    })
    [Symbol.asyncIterator]();
  await iterator.next();
  const reading = iterator.next();
  assert.deepEqual(await iterator.return?.(), { done: true, value: undefined });
  assert.deepEqual(await reading, { done: true, value: undefined });
  assert.ok(signal?.aborted);
});

test("clientCalls().stream() lets the reader's own error through untouched", async () => {
  const calls = clientCalls(translateError);
  const mine = new Error("mine");
  const reading = async () => {
    for await (const _ of calls.stream(scan, {}, async function* () {
      yield 1;
    }))
      throw mine;
  };
  await assert.rejects(reading, (error) => error === mine && !(error instanceof PumiceError));
});

test("clientCalls().close() lets calls in flight finish, and what they wait for", async () => {
  const calls = clientCalls(translateError);
  let answer = (_: string): void => undefined;
  const waiting = calls.unary(get, {}, async () => {
    await new Promise<string>((resolve) => {
      answer = resolve;
    });
    return calls.nested(get, {}, async () => "token");
  });
  const closed = calls.close();
  await assert.rejects(
    calls.unary(get, {}, async () => 1),
    ClientClosedError,
  );
  answer("now");
  assert.equal(await waiting, "token");
  await closed;
  await assert.rejects(
    calls.nested(get, {}, async () => 1),
    ClientClosedError,
  );
});

test("clientCalls().close() cancels what has not finished in its time, and does not wait for a stream that nobody reads", async () => {
  const calls = clientCalls(translateError);
  const iterator = calls
    .stream(scan, {}, async function* (stub) {
      yield 1;
      yield await untilAborted(stub);
    })
    [Symbol.asyncIterator]();
  await iterator.next();
  const waiting = calls.unary(get, { signal: new AbortController().signal }, untilAborted);
  const failed = assert.rejects(waiting, ClientClosedError);
  await calls.close({ timeoutMs: 20 });
  await failed;
  await assert.rejects(iterator.next(), ClientClosedError);
  await assert.rejects(calls.close({ timeoutMs: -1 }), RangeError);
});
