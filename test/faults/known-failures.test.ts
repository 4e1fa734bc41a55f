import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "@connectrpc/connect";
import type { ImmuService } from "@pumice/stubs/immudb";
import { goawayFrame } from "../support/http2-frames.ts";
import type { HostileConnection } from "./hostile-connection.ts";
import { codeOf, setUp } from "./set-up.ts";
import { goodAnswer } from "./stream-faults.ts";

const IN_FLIGHT = 64;

/** Calls of all kinds that share a signal: their codes, "ok" for success. */
async function callsWith(client: Client<typeof ImmuService>, signal: AbortSignal): Promise<string[]> {
  const input = async function* () {
    yield {};
  };
  const read = async (messages: AsyncIterable<unknown>) => {
    for await (const _ of messages);
  };
  const kinds = [
    () => client.health({}, { signal }),
    () => read(client.streamGet({}, { signal })),
    () => client.streamSet(input(), { signal }),
    () => read(client.streamExportTx(input(), { signal })),
  ];
  const calls = Array.from({ length: IN_FLIGHT }, (_, i) => kinds[i % kinds.length]?.());
  return Promise.all(calls.map((call) => call?.then(() => "ok", codeOf) ?? "no call"));
}

for (const interceptors of [
  [],
  [(next: (request: never) => never) => (request: never) => next(request)],
] as never[][]) {
  const path = interceptors.length === 0 ? "directly" : "through an interceptor";

  test(`64 calls in flight on one signal, ${path}, warn of nothing and leave no listener`, async () => {
    await using setup = await setUp({}, { interceptors });
    const { signal } = new AbortController();
    assert.deepEqual([...new Set(await callsWith(setup.client, signal))], ["ok"]);
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  test(`64 calls in flight on one signal, ${path}, end with it and leave no listener`, async () => {
    await using setup = await setUp({ stream: () => undefined }, { interceptors });
    const controller = new AbortController();
    const calls = callsWith(setup.client, controller.signal);
    await sleep(50);
    controller.abort();
    assert.deepEqual([...new Set(await calls)], ["Canceled"]);
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  });
}

// connect-es issue 1768: the error of a connection that got GOAWAY while idle came out as an uncaught exception when
// the next call had replaced that connection before its socket was closed.
test("a call right after GOAWAY on an idle connection gets another one, and nothing is uncaught", async () => {
  const connections: HostileConnection[] = [];
  await using setup = await setUp({
    connection: (connection) => {
      connections.push(connection);
      connection.greet();
    },
  });
  for (let round = 0; round < 30; round++) {
    await setup.client.health({}, { timeoutMs: 2000 });
    connections.at(-1)?.write(goawayFrame(0x7fffffff, 0));
    // The next call comes before GOAWAY is read, right after it, or when its connection is gone.
    for (let turn = 0; turn < round % 10; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  await setup.client.health({}, { timeoutMs: 2000 });
  assert.ok(setup.server.accepted > 10);
});

// connect-es issue 1795: a keepalive timer pinged a session that had just been destroyed, which threw in the timer.
for (const [how, end] of [
  ["GOAWAY", (connection) => connection.write(goawayFrame(0x7fffffff, 0))],
  ["FIN", (connection) => connection.end()],
  ["RST", (connection) => connection.reset()],
] as [string, (connection: HostileConnection) => void][]) {
  test(`a keepalive timer due when the connection ends by ${how} throws nothing`, async () => {
    await using setup = await setUp(
      {
        connection: (connection) => {
          connection.greet();
          connection.after(connection.random.integer(3, 12), () => end(connection));
        },
      },
      { pingIntervalMs: 1, pingTimeoutMs: 5, pingIdleConnection: true, idleConnectionTimeoutMs: 9 },
    );
    for (let round = 0; round < 60; round++) {
      const outcome = await setup.client.health({}, { timeoutMs: 500 }).then(() => "ok", codeOf);
      assert.match(outcome, /^(ok|Unavailable)$/);
      await sleep(round % 4);
    }
  });
}

test("a keepalive timer due when the transport is closed throws nothing", async () => {
  for (let round = 0; round < 20; round++) {
    await using setup = await setUp({}, { pingIntervalMs: 1, pingIdleConnection: true });
    await setup.client.health({});
    await sleep(round % 3);
    setup.close();
  }
});

// What stock connect-node does where UmaDB falls silent: the call fails as it should, and then the process ends by an
// unhandled error event.
test("a ping that is not answered fails the call as unavailable, and the next call works at once", async () => {
  let connections = 0;
  await using setup = await setUp(
    {
      connection: (connection) => {
        connection.answersPings = ++connections > 1;
        connection.greet();
      },
      stream: (stream) => (connections > 1 ? goodAnswer(stream) : undefined),
    },
    { pingIntervalMs: 20, pingTimeoutMs: 30 },
  );
  const calls = await Promise.all(Array.from({ length: 5 }, () => setup.client.health({}).then(() => "ok", codeOf)));
  assert.deepEqual([...new Set(calls)], ["Unavailable"]);
  await setup.client.health({}, { timeoutMs: 1000 });
  assert.equal(connections, 2);
});
