import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import type { AttemptEvent, CallEvent, CallObserver, WaitEvent } from "./call-observer.js";
import { callInterceptors } from "./interceptors.js";
import { withInterceptors } from "./with-interceptors.js";

function setUp(observer: CallObserver, failures = 1) {
  let calls = 0;
  const transport = createRouterTransport(({ service }) => {
    service(ScoriaDB, {
      get() {
        calls += 1;
        if (calls <= failures) throw new ConnectError("busy", Code.Unavailable);
        return { found: true };
      },
      async *scan() {
        yield {};
        throw new ConnectError("broken", Code.DataLoss);
      },
    });
  });
  return createClient(ScoriaDB, withInterceptors(transport, callInterceptors({ observer, retry: { baseDelayMs: 0 } })));
}

test("an observer hears of every attempt, pause and call", async () => {
  const attempts: AttemptEvent[] = [];
  const waits: WaitEvent[] = [];
  const calls: CallEvent[] = [];
  const stub = setUp({
    onAttempt: (event) => void attempts.push(event),
    onWait: (event) => void waits.push(event),
    onCall: (event) => void calls.push(event),
  });
  await stub.get({});
  assert.deepEqual(
    attempts.map(({ rpc, attempt, error }) => [rpc, attempt, error?.code]),
    [
      ["scoriadb.ScoriaDB/Get", 1, Code.Unavailable],
      ["scoriadb.ScoriaDB/Get", 2, undefined],
    ],
  );
  assert.deepEqual(
    waits.map(({ attempt, waitMs }) => [attempt, waitMs]),
    [[1, 0]],
  );
  assert.deepEqual(
    calls.map(({ attempts, error }) => [attempts, error]),
    [[2, undefined]],
  );
});

test("observeInterceptor() hears of a stream at its end, with the error", async () => {
  const calls: CallEvent[] = [];
  const stub = setUp({ onCall: (event) => void calls.push(event) });
  const reading = async () => {
    for await (const _ of stub.scan({})) assert.equal(calls.length, 0);
  };
  await assert.rejects(reading, { code: Code.DataLoss });
  assert.deepEqual(
    calls.map(({ error }) => error?.code),
    [Code.DataLoss],
  );
});

test("an observer that throws or rejects breaks no call", async () => {
  const fail = () => {
    throw new Error("a bug in a hook");
  };
  const reject = async () => fail();
  assert.equal((await setUp({ onCall: fail, onAttempt: fail, onWait: fail }).get({})).found, true);
  assert.equal((await setUp({ onCall: reject, onAttempt: reject, onWait: reject }).get({})).found, true);
  await new Promise((resolve) => setImmediate(resolve));
});

test("callInterceptors() installs nothing that is off", () => {
  assert.equal(callInterceptors({ retry: false }).length, callInterceptors({}).length - 1);
  assert.equal(callInterceptors({ observer: {} }).length, callInterceptors({}).length);
  assert.equal(callInterceptors({ observer: { onCall: () => undefined } }).length, callInterceptors({}).length + 1);
});
