import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { goawayFrame, setting } from "../support/http2-frames.ts";
import { startDeafServer } from "./deaf-server.ts";
import type { HostileConnection } from "./hostile-connection.ts";
import { activeResources, resourcesLeft } from "./process-watch.ts";
import { codeOf, setUp } from "./set-up.ts";

test("a connection that is closed while we cannot write fails its calls at once", async () => {
  let connection: HostileConnection | undefined;
  await using setup = await setUp({
    connection: (each) => {
      connection = each;
      each.settings = [[setting.initialWindow, 0x7fffffff]];
      each.greet();
      each.grantAll();
    },
    stream: (stream) => stream.connection.stopReading(),
  });
  const input = async function* () {
    for (let i = 0; i < 40; i++) yield { content: Buffer.alloc(1_000_000) };
  };
  const call = setup.client.streamSet(input(), { timeoutMs: 3000 }).then(() => "ok", codeOf);
  await sleep(300);
  connection?.end();
  assert.equal(await call, "Unavailable");
});

test("a server that says too_many_pings again and again does not make a timer overflow", async () => {
  await using setup = await setUp(
    {
      stream: ({ connection }) => {
        for (let i = 0; i < 40; i++) connection.write(goawayFrame(0x7fffffff, 11, "too_many_pings"));
      },
    },
    { pingIntervalMs: 20, pingTimeoutMs: 30 },
  );
  for (let i = 0; i < 2; i++) await setup.client.health({}, { timeoutMs: 100 }).catch(codeOf);
});

test("a server that says too_many_pings again and again is still pinged, on the next connection", async () => {
  let connections = 0;
  await using setup = await setUp(
    {
      connection: (connection) => {
        connection.answersPings = ++connections === 1;
        connection.greet();
      },
      stream: ({ connection }) => {
        if (connections > 1) return;
        for (let i = 0; i < 40; i++) connection.write(goawayFrame(0, 11, "too_many_pings"));
      },
    },
    { pingIntervalMs: 20, pingTimeoutMs: 30 },
  );
  for (let i = 0; i < 2; i++) {
    assert.equal(await setup.client.health({}, { timeoutMs: 3000 }).then(() => "ok", codeOf), "Unavailable");
  }
  assert.equal(connections, 2);
});

for (const name of ["pingIntervalMs", "pingTimeoutMs", "idleConnectionTimeoutMs"] as const) {
  test(`${name} may be longer than a timer can wait, and infinite`, async () => {
    for (const forEver of [2 ** 32, Number.POSITIVE_INFINITY]) {
      await using setup = await setUp({}, { pingIntervalMs: 10, pingIdleConnection: true, [name]: forEver });
      await setup.client.health({});
      await sleep(60);
      await setup.client.health({});
      assert.equal(setup.server.accepted, 1);
    }
  });
}

// Between a socket's end and its "close", ref() adds a listener that waits for a connection, each time: 11 are a warning.
test("calls that begin while a refused connection is being closed warn of nothing", async () => {
  const refusing = createServer().listen(0, "127.0.0.1");
  await once(refusing, "listening");
  const { port } = refusing.address() as AddressInfo; // of a TCP server that listens
  refusing.close();
  await once(refusing, "close");
  await using setup = await setUp({}, { baseUrl: `http://127.0.0.1:${port}` });
  const calls: Promise<string>[] = [];
  const call = () => setup.client.health({}, { timeoutMs: 5000 }).then(() => "ok", codeOf);
  let over = false;
  void call().then(() => {
    over = true;
  });
  // setImmediate comes after the error and before the "close" of the same turn.
  while (!over) {
    await new Promise((resolve) => setImmediate(resolve));
    for (let i = 0; i < 20; i++) calls.push(call());
  }
  assert.deepEqual([...new Set(await Promise.all(calls))], ["Unavailable"]);
});

test("a call that is given up while its connection is verified does not go on holding the process", async () => {
  await using setup = await setUp(
    {
      connection: (connection) => {
        connection.answersPings = false;
        connection.greet();
      },
    },
    { pingIntervalMs: 20, pingTimeoutMs: 10_000 },
  );
  const before = activeResources();
  await setup.client.health({});
  await sleep(50);
  assert.equal(await setup.client.health({}, { timeoutMs: 50 }).then(() => "ok", codeOf), "DeadlineExceeded");
  assert.deepEqual(await resourcesLeft(before, 500), []);
});

test("a call that is given up while its connection is made does not go on holding the process", async () => {
  await using server = await startDeafServer();
  await using setup = await setUp({}, { baseUrl: server.url });
  const before = activeResources();
  assert.equal(await setup.client.health({}, { timeoutMs: 50 }).then(() => "ok", codeOf), "DeadlineExceeded");
  assert.deepEqual(await resourcesLeft(before, 500), []);
});
