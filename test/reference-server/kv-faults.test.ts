import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { type CallOptions, Code, ConnectError } from "@connectrpc/connect";
import { createReferenceServices } from "@pumice/reference-server";
import { bytes, collect, type KvStub, startKv, textAt, ways } from "./kv-targets.js";

/** What a transport makes of a call that got no answer: an error without anything that a server sent. */
function isUnanswered(error: unknown): boolean {
  assert.ok(error instanceof ConnectError, String(error));
  assert.equal(error.metadata.get("grpc-status"), null);
  assert.doesNotMatch(error.metadata.get("content-type") ?? "", /json|connect/);
  return true;
}

const put = (stub: KvStub, caller: CallOptions, key: string, value: string) =>
  stub.put({ key: bytes(key), value: bytes(value) }, caller);

/** Runs a test over every way, and says which. */
function overEveryWay(fact: string, run: (kv: Awaited<ReturnType<typeof startKv>>, way: string) => Promise<void>) {
  for (const [name, way] of Object.entries(ways)) {
    test(`faults of the reference KV, over ${name}: ${fact}`, async () => {
      await using kv = await startKv({}, way);
      await run(kv, name);
    });
  }
}

overEveryWay("dropRequest loses the call before the service has it", async ({ server, stub, admin }) => {
  for (const loss of ["stream", "connection"] as const) {
    server.kv.faults.next("Put", "dropRequest", { loss });
    await assert.rejects(put(stub, admin, "k", "v"), isUnanswered);
    assert.equal(await textAt(stub, admin, "k"), undefined);
  }
});

overEveryWay("dropAnswer loses the answer after the effect", async ({ server, stub, admin }) => {
  for (const loss of ["stream", "connection"] as const) {
    server.kv.faults.next("Put", "dropAnswer", { loss });
    await assert.rejects(put(stub, admin, loss, "v"), isUnanswered);
    assert.equal(await textAt(stub, admin, loss), "v");
  }
  const { txnId } = await stub.beginTxn({}, admin);
  server.kv.faults.next("CommitTxn", "dropAnswer");
  await assert.rejects(stub.commitTxn({ txnId, ops: [{ key: bytes("t"), value: bytes("v") }] }, admin), isUnanswered);
  assert.equal(await textAt(stub, admin, "t"), "v");
});

overEveryWay("silence lasts until the client gives up", async ({ server, stub, admin }) => {
  server.kv.faults.next("Put", "dropAnswer", { loss: "silence" });
  await assert.rejects(stub.put({ key: bytes("k"), value: bytes("v") }, { ...admin, timeoutMs: 200 }), {
    code: Code.DeadlineExceeded,
  });
  assert.equal(await textAt(stub, admin, "k"), "v");
  server.kv.faults.next("Scan", "dropRequest", { loss: "silence" });
  const controller = new AbortController();
  const scan = collect(stub.scan({}, { ...admin, signal: controller.signal }));
  await textAt(stub, admin, "k");
  controller.abort();
  await assert.rejects(scan, { code: Code.Canceled });
});

overEveryWay("holdRequest lets the effect come after other calls", async ({ server, stub, admin }) => {
  server.kv.faults.next("Put", "holdRequest", { calls: 2 });
  await assert.rejects(put(stub, admin, "k", "held"), isUnanswered);
  assert.equal(await textAt(stub, admin, "k"), undefined);
  await put(stub, admin, "k", "later");
  assert.equal(await textAt(stub, admin, "k"), "held"); // the late one has overwritten it

  server.kv.faults.next("Put", "holdRequest", { calls: 1_000 });
  await assert.rejects(put(stub, admin, "k", "released"), isUnanswered);
  assert.equal(await textAt(stub, admin, "k"), "held");
  await server.kv.faults.releaseHeld();
  assert.equal(await textAt(stub, admin, "k"), "released");
});

overEveryWay(
  "abortStream loses a scan after n messages, of those that have as many",
  async ({ server, stub, admin }) => {
    for (const key of ["a", "b", "c"]) await put(stub, admin, key, "v");
    for (const [messages, seen] of [
      [0, 0],
      [2, 2],
      [3, 3],
    ] as const) {
      server.kv.faults.next("Scan", "abortStream", { messages });
      const keys: string[] = [];
      const reading = async () => {
        for await (const { key } of stub.scan({}, admin)) keys.push(Buffer.from(key).toString());
      };
      await assert.rejects(reading, isUnanswered);
      assert.equal(keys.length, seen);
    }
    server.kv.faults.next("Scan", "abortStream", { messages: 4 });
    assert.equal((await collect(stub.scan({}, admin))).length, 3);
  },
);

overEveryWay("reset takes the place of the answer, after the effect", async ({ server, stub, admin }) => {
  server.kv.faults.next("Put", "reset", { errorCode: 2 });
  await assert.rejects(put(stub, admin, "k", "v"), isUnanswered);
  assert.equal(await textAt(stub, admin, "k"), "v");
  server.kv.faults.next("Scan", "reset");
  await assert.rejects(collect(stub.scan({}, admin)), isUnanswered);
});

overEveryWay("refuse turns a call away unseen", async ({ server, stub, admin }, way) => {
  server.kv.faults.next("Put", "refuse");
  const error: unknown = await put(stub, admin, "k", "v").catch((reason: unknown) => reason);
  assert.ok(isUnanswered(error) && error instanceof ConnectError);
  assert.equal(await textAt(stub, admin, "k"), undefined);
  const saysNeverSent = way === "our gRPC transport" || way === "the in-process transport";
  assert.equal(Symbol.for("@pumice/never-sent") in error, saysNeverSent);
});

overEveryWay("goAway serves the call, and the next one too", async ({ server, stub, admin }) => {
  for (const key of ["a", "b"]) {
    server.kv.faults.next("Put", "goAway");
    await put(stub, admin, key, "v");
  }
  assert.equal((await collect(stub.scan({}, admin))).length, 2);
});

overEveryWay("fail answers with an error of the test's choice", async ({ server, stub, admin }) => {
  const metadata = { "grpc-retry-pushback-ms": "100" };
  server.kv.faults.next("Put", "fail", { code: Code.ResourceExhausted, message: "come later", metadata });
  const error: unknown = await put(stub, admin, "k", "v").catch((reason: unknown) => reason);
  assert.ok(error instanceof ConnectError);
  assert.deepEqual([error.code, error.rawMessage], [Code.ResourceExhausted, "come later"]);
  assert.equal(error.metadata.get("grpc-retry-pushback-ms"), "100");
  assert.equal(await textAt(stub, admin, "k"), undefined);
});

overEveryWay("expireTokens makes every token invalid", async ({ server, stub, admin }) => {
  const invalid = { code: Code.Unauthenticated, rawMessage: "invalid token" };
  server.kv.faults.next("Put", "expireTokens");
  await assert.rejects(put(stub, admin, "k", "v"), invalid);
  await assert.rejects(textAt(stub, admin, "k"), invalid);
  const { jwtToken } = await stub.authenticate({ username: "admin", password: "admin" });
  const headers = { authorization: `Bearer ${jwtToken}` };
  assert.equal(await textAt(stub, { headers }, "k"), undefined);
  server.kv.faults.expireTokens();
  await assert.rejects(textAt(stub, { headers }, "k"), invalid);
});

overEveryWay("delay lets other calls pass", async ({ server, stub, admin }) => {
  server.kv.faults.next("Put", "delay", { ms: 300 });
  const slow = put(stub, admin, "k", "slow");
  while (server.kv.faults.injected().delay === 0) await setTimeout(1);
  await put(stub, admin, "k", "quick");
  assert.equal(await textAt(stub, admin, "k"), "quick");
  await slow;
  assert.equal(await textAt(stub, admin, "k"), "slow");
});

test("faults of the reference KV: a lost stream leaves the other calls of its connection alone", async () => {
  await using kv = await startKv();
  const { server, stub, admin } = kv;
  server.kv.faults.next("Put", "delay", { ms: 200 });
  const slow = put(stub, admin, "slow", "v");
  for (const kind of ["dropRequest", "dropAnswer", "reset", "refuse"] as const) {
    server.kv.faults.next("Get", kind);
    await assert.rejects(textAt(stub, admin, "k"), isUnanswered);
  }
  await slow;
});

test("faults of the reference KV: a cut connection takes its other calls with it", async () => {
  await using kv = await startKv();
  const { server, stub, admin } = kv;
  server.kv.faults.next("Put", "dropAnswer", { loss: "silence" });
  const other = put(stub, admin, "k", "v");
  const lost = assert.rejects(other, { code: Code.Unavailable });
  while (server.kv.faults.injected().dropAnswer === 0) await setTimeout(1);
  server.kv.faults.next("Get", "dropRequest", { loss: "connection" });
  await assert.rejects(textAt(stub, admin, "k"), { code: Code.Unavailable });
  await lost;
});

test("faults of the reference KV: by chance they hit the same calls again, whatever runs between", async () => {
  const faults = { seed: 7, rates: { dropRequest: 0.2, fail: 0.2 }, rpcs: ["Put"] };
  const outcomes = async (between: (stub: KvStub, admin: CallOptions) => Promise<unknown>) => {
    await using kv = await startKv({ faults });
    const outcome: boolean[] = [];
    for (let i = 0; i < 60; i++) {
      outcome.push(
        await put(kv.stub, kv.admin, `k${i}`, "v").then(
          () => true,
          () => false,
        ),
      );
      await between(kv.stub, kv.admin);
    }
    const { dropRequest, fail } = kv.server.kv.faults.injected();
    assert.equal(outcome.filter((isGood) => !isGood).length, dropRequest + fail);
    assert.ok(dropRequest > 3 && fail > 3);
    return outcome;
  };
  const quiet = await outcomes(async () => undefined);
  assert.deepEqual(await outcomes((stub, admin) => textAt(stub, admin, "k")), quiet);
});

test("faults of the reference KV: stop() ends them", async () => {
  await using kv = await startKv({ faults: { rates: { refuse: 1 }, rpcs: ["Put", "Get"] } });
  await assert.rejects(put(kv.stub, kv.admin, "k", "v"));
  kv.server.kv.faults.stop();
  await put(kv.stub, kv.admin, "k", "v");
});

test("server.close() ends with calls held back, silent and delayed", async () => {
  for (const way of Object.values(ways)) {
    const { server, stub, admin } = await startKv({}, way);
    server.kv.faults.next("Put", "holdRequest", { calls: 9 });
    await assert.rejects(put(stub, admin, "k", "v"), isUnanswered);
    server.kv.faults.next("Put", "dropRequest", { loss: "silence" });
    server.kv.faults.next("Put", "delay", { ms: 2_147_483_647 });
    const silent = assert.rejects(put(stub, admin, "k", "v"), isUnanswered);
    const delayed = put(stub, admin, "k", "v");
    while (server.kv.faults.injected().delay === 0) await setTimeout(1);
    await server.close();
    await Promise.all([silent, delayed]);
  }
});

test("createReferenceServices().close() ends what waits in process", async () => {
  const services = createReferenceServices();
  await using kv = await startKv({}, () => services.kv.transport);
  services.kv.faults.next("Get", "dropRequest", { loss: "silence" });
  const silent = assert.rejects(textAt(kv.stub, kv.admin, "k"), isUnanswered);
  while (services.kv.faults.injected().dropRequest === 0) await setTimeout(1);
  services.close();
  await silent;
});
