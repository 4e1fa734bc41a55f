import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { type CallObserver, connectKv, type KvClient, PumiceError, type ReconnectEvent } from "@pumice/kv-client";
import { type ReferenceServer, startReferenceServer } from "@pumice/reference-server";
import { rpcRecorder } from "../support/rpc-recorder.js";

const credentials = { username: "admin", password: "admin" };

/** The ways to a server: the client's own transport, and a stock one that is passed in. */
const ways: Readonly<Record<string, (server: ReferenceServer) => KvClient>> = {
  "grpc-transport": ({ kv }) => connectKv(kv.url, credentials),
  "connect-node": ({ kv }) => connectKv({ transport: createGrpcTransport({ baseUrl: kv.url }), ...credentials }),
};

/** `k00` to `k19`. */
async function putTwenty(kv: KvClient): Promise<string[]> {
  const keys = Array.from({ length: 20 }, (_, i) => `k${String(i).padStart(2, "0")}`);
  for (const key of keys) await kv.put(key, "v");
  return keys;
}

for (const [way, connect] of Object.entries(ways)) {
  test(`a scan that is cut anywhere yields every key once, in order, over ${way}`, async () => {
    await using server = await startReferenceServer();
    await using kv = connect(server);
    const keys = await putTwenty(kv);
    for (const messages of [0, 1, 2, 7, 19, 20]) {
      for (const loss of ["stream", "connection"] as const) {
        server.kv.faults.next("Scan", "abortStream", { messages, loss });
        server.kv.faults.next("Scan", "abortStream", { messages: messages + 1, loss });
        const found = await kv.scan("k").toArray();
        assert.deepEqual(
          found.map(({ key }) => key),
          keys,
          `cut after ${messages} messages, by the ${loss}`,
        );
      }
    }
  });

  test(`a scan in a transaction that is cut goes on behind its last entry, own writes included, over ${way}`, async () => {
    await using server = await startReferenceServer();
    await using kv = connect(server);
    const keys = await putTwenty(kv);
    await kv.transaction(async (txn) => {
      for (const key of ["k", "k035", "k99"]) txn.put(key, "own");
      txn.delete("k04");
      server.kv.faults.next("Scan", "abortStream", { messages: 4 });
      server.kv.faults.next("Scan", "abortStream", { messages: 6 });
      const found = await txn.scan("k", { limit: 21 }).toArray();
      const expected = [...keys.filter((key) => key !== "k04"), "k", "k035", "k99"].sort().slice(0, 21);
      assert.deepEqual(
        found.map(({ key }) => key),
        expected,
      );
    });
  });

  test(`a scan whose time is over ends, also while it waits to go on, over ${way}`, async () => {
    await using server = await startReferenceServer();
    await using kv = connect(server);
    await putTwenty(kv);
    await kv.ready();
    server.kv.faults.next("Scan", "dropRequest", { loss: "silence" });
    await assert.rejects(kv.scan("k", { timeoutMs: 100 }).toArray(), { code: Code.DeadlineExceeded });
    server.kv.faults.next("Scan", "abortStream", { messages: 3 });
    server.kv.faults.next("Scan", "dropRequest", { loss: "silence" });
    await assert.rejects(kv.scan("k", { timeoutMs: 500 }).toArray(), { code: Code.DeadlineExceeded });
  });
}

test("a scan does not wait past its time to go on: what it was lost to surfaces at once", async (context) => {
  context.mock.method(Math, "random", () => 0.999);
  await using server = await startReferenceServer();
  await using kv = connectKv(server.kv.url, credentials);
  await putTwenty(kv);
  server.kv.faults.next("Scan", "abortStream", { messages: 3 });
  for (let i = 0; i < 9; i++) server.kv.faults.next("Scan", "fail", { code: Code.Unavailable });
  const pauses: number[] = [];
  const onConnectionLost = ({ pauseMs }: { pauseMs: number }) => void pauses.push(Math.round(pauseMs));
  const scan = kv.scan("k", { timeoutMs: 1000, onConnectionLost });
  await assert.rejects(scan.toArray(), { code: Code.Unavailable });
  assert.deepEqual(pauses, [100, 200, 400]); // and not 799 more, of which 300 remained
});

test("a scan goes on where it was, whatever its reader does to the bytes of a key", async () => {
  await using server = await startReferenceServer();
  await using kv = connectKv(server.kv.url, credentials);
  const keys = await putTwenty(kv);
  server.kv.faults.next("Scan", "abortStream", { messages: 7 });
  const found: string[] = [];
  for await (const { key, keyBytes } of kv.scan("k")) {
    found.push(key);
    keyBytes.fill(0);
  }
  assert.deepEqual(found, keys);
});

test("a scan that cannot begin is repeated like any other call, and not resumed", async () => {
  await using server = await startReferenceServer();
  await using kv = connectKv(server.kv.url, { ...credentials, retry: { maxAttempts: 2, baseDelayMs: 1 } });
  const scan = kv.scan("", { onConnectionLost: () => assert.fail("it was resumed") });
  server.kv.faults.next("Scan", "fail", { code: Code.Unavailable });
  assert.deepEqual(await scan.toArray(), []);
  for (let i = 0; i < 2; i++) server.kv.faults.next("Scan", "fail", { code: Code.Unavailable });
  await assert.rejects(
    scan.toArray(),
    (error) => error instanceof PumiceError && error.code === Code.Unavailable && error.attempts === 2,
  );
});

test("a scan that goes on after a loss tells the client's observer", async () => {
  await using server = await startReferenceServer();
  const reconnects: ReconnectEvent[] = [];
  const observe: CallObserver = { onReconnect: (event) => void reconnects.push(event) };
  await using kv = connectKv(server.kv.url, { ...credentials, observe });
  const keys = await putTwenty(kv);
  server.kv.faults.next("Scan", "abortStream", { messages: 3 });
  assert.equal((await kv.scan("k").toArray()).length, keys.length);
  assert.deepEqual(
    reconnects.map(({ rpc, attempt }) => [rpc, attempt]),
    [["scoriadb.ScoriaDB/Scan", 1]],
  );
});

test("a scan sends nothing before it is read, nor for a limit of 0", async () => {
  await using server = await startReferenceServer();
  const { transport, calls } = rpcRecorder(server.kv.transport);
  await using kv = connectKv({ transport, ...credentials });
  kv.scan("");
  assert.deepEqual(await kv.scan("", { limit: 0 }).toArray(), []);
  assert.deepEqual(calls, []);
});

test("a scan whose limit is reached ends its call on the wire", async () => {
  await using server = await startReferenceServer();
  await using kv = connectKv(server.kv.url, credentials);
  await putTwenty(kv);
  server.kv.faults.next("Scan", "abortStream", { messages: 3, loss: "silence" });
  assert.equal((await kv.scan("k", { limit: 3 }).toArray()).length, 3);
  await kv.close(); // waits for calls in flight, of which there must be none
});
