import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import {
  ClientClosedError,
  CommitOutcomeUnknownError,
  ConflictError,
  connectKv,
  type KvClient,
  type KvTransaction,
  NotFoundError,
  OutcomeUnknownError,
  PumiceError,
} from "@pumice/kv-client";
import { type ReferenceServer, startReferenceServer } from "@pumice/reference-server";
import { stubsOf } from "../conformance/kv-target.js";
import { rpcRecorder } from "../support/rpc-recorder.js";

const credentials = { username: "admin", password: "admin" };

/** The ways to a server: the client's own transport, and a stock one that is passed in. */
const ways: Readonly<Record<string, (server: ReferenceServer) => KvClient>> = {
  "grpc-transport": ({ kv }) => connectKv(kv.url, credentials),
  "connect-node": ({ kv }) => connectKv({ transport: createGrpcTransport({ baseUrl: kv.url }), ...credentials }),
};

/** True if a transaction is open on the server still; then this ends it. */
async function isOpen(server: ReferenceServer, txnId: string): Promise<boolean> {
  const { username, password, transport } = server.kv;
  const { stub, headers } = await stubsOf({ name: "in process", username, password, transport: () => transport });
  return stub.rollbackTxn({ txnId }, { headers }).then(
    () => true,
    () => false,
  );
}

/** Resolves when a call has met a fault of this kind. */
async function injected(server: ReferenceServer, kind: "dropRequest" | "delay"): Promise<void> {
  while (server.kv.faults.injected()[kind] === 0) await setTimeout(5);
}

for (const [way, connect] of Object.entries(ways)) {
  test(`a commit without an answer is a CommitOutcomeUnknownError, and not repeated, over ${way}`, async () => {
    await using server = await startReferenceServer();
    await using kv = connect(server);
    for (const [fault, applied] of [
      ["dropAnswer", "v"],
      ["dropRequest", undefined],
    ] as const) {
      let runs = 0;
      const key = `key of ${fault}`;
      server.kv.faults.next("CommitTxn", fault);
      const failed = kv.transaction((txn) => {
        runs += 1;
        txn.put(key, "v");
      });
      await assert.rejects(failed, (error) => {
        assert.ok(error instanceof CommitOutcomeUnknownError && error instanceof OutcomeUnknownError);
        assert.match(error.rawMessage, /^Cannot tell whether the commit was applied: /);
        assert.equal(error.code, Code.Unavailable);
        return error.rpc === "scoriadb.ScoriaDB/CommitTxn" && error.kind === "commit-outcome-unknown";
      });
      assert.equal(runs, 1);
      assert.equal((await kv.get(key))?.text(), applied);
    }
  });

  test(`a commit of a transaction that the caller calls idempotent is made anew, over ${way}`, async () => {
    await using server = await startReferenceServer();
    await using kv = connect(server);
    server.kv.faults.next("CommitTxn", "dropAnswer");
    await kv.commit([{ put: ["k", "v"] }], { idempotent: true });
    assert.equal((await kv.get("k"))?.text(), "v");
  });

  test(`a commit that was never sent is repeated, over ${way}`, async () => {
    await using server = await startReferenceServer();
    await using kv = connect(server);
    let runs = 0;
    server.kv.faults.next("CommitTxn", "refuse");
    await kv.transaction((txn) => {
      runs += 1;
      txn.put("k", "v");
    });
    assert.equal(runs, 1);
    assert.equal((await kv.get("k"))?.text(), "v");
  });

  test(`a transaction ends at once when its signal fires, and is not left open, over ${way}`, async () => {
    await using server = await startReferenceServer();
    await using kv = connect(server);
    const controller = new AbortController();
    let seen: KvTransaction | undefined;
    const failed = kv.transaction(
      async (txn) => {
        seen = txn;
        txn.put("k", "v");
        controller.abort();
        await new Promise(() => undefined); // a function that does not listen
      },
      { signal: controller.signal },
    );
    await assert.rejects(failed, { code: Code.Canceled });
    assert.equal(seen?.signal.aborted, true);
    assert.throws(() => seen?.put("k", "late"), /was rolled back already/);
    await kv.close(); // lets the rollback finish
    assert.equal(await isOpen(server, seen?.id ?? ""), false);
  });

  test(`an abort while a transaction begins leaves none open, over ${way}`, async () => {
    await using server = await startReferenceServer();
    const controller = new AbortController();
    const kv = connect(server);
    await kv.ready();
    server.kv.faults.next("BeginTxn", "delay", { ms: 50 });
    const failed = assert.rejects(
      kv.transaction(() => assert.fail("the function ran"), { signal: controller.signal }),
      { code: Code.Canceled },
    );
    await injected(server, "delay");
    controller.abort();
    await failed;
    await setTimeout(100); // the begin is answered, and the rollback follows
    await kv.close();
    assert.equal(await isOpen(server, "txn-1"), false);
  });

  test(`an abort while a commit is under way leaves its outcome unknown, over ${way}`, async () => {
    await using server = await startReferenceServer();
    await using kv = connect(server);
    const controller = new AbortController();
    server.kv.faults.next("CommitTxn", "dropRequest", { loss: "silence" });
    const failed = assert.rejects(
      kv.transaction((txn) => txn.put("k", "v"), { signal: controller.signal }),
      (error) => error instanceof CommitOutcomeUnknownError && error.code === Code.Canceled,
    );
    await injected(server, "dropRequest");
    controller.abort();
    await failed;
  });

  test(`an abort whose reason is another call's conflict leaves a commit's outcome unknown too, over ${way}`, async () => {
    await using server = await startReferenceServer();
    await using kv = connect(server);
    const answer = new ConnectError("transaction conflict", Code.Aborted, { "grpc-status": "10" });
    const conflict = new ConflictError("transaction conflict", Code.Aborted, {
      rpc: "other",
      attempts: 1,
      cause: answer,
    });
    const controller = new AbortController();
    const txn = await kv.begin();
    txn.put("k", "v");
    server.kv.faults.next("CommitTxn", "dropAnswer", { loss: "silence" });
    const failed = assert.rejects(
      txn.commit({ signal: controller.signal }),
      (error) => error instanceof CommitOutcomeUnknownError && error.code === Code.Canceled,
    );
    while (server.kv.faults.injected().dropAnswer === 0) await setTimeout(5);
    controller.abort(conflict);
    await failed;
  });

  test(`a transaction ends when its time is over, over ${way}`, async () => {
    await using server = await startReferenceServer();
    await using kv = connect(server);
    await kv.ready();
    const slow = kv.transaction(() => new Promise(() => undefined), { timeoutMs: 50 });
    await assert.rejects(slow, { code: Code.DeadlineExceeded });
    server.kv.faults.next("CommitTxn", "dropRequest", { loss: "silence" });
    const silent = kv.transaction((txn) => txn.put("k", "v"), { timeoutMs: 1000 });
    await assert.rejects(
      silent,
      (error) => error instanceof CommitOutcomeUnknownError && error.code === Code.DeadlineExceeded,
    );
  });

  test(`closing the client while a commit is under way leaves its outcome unknown, over ${way}`, async () => {
    await using server = await startReferenceServer();
    const kv = connect(server);
    await kv.ready();
    server.kv.faults.next("CommitTxn", "dropRequest", { loss: "silence" });
    const failed = kv.commit([{ put: ["k", "v"] }]);
    const rejected = assert.rejects(
      failed,
      (error) => error instanceof CommitOutcomeUnknownError && error.cause instanceof ClientClosedError,
    );
    await injected(server, "dropRequest");
    await kv.close({ timeoutMs: 0 });
    await rejected;
  });
}

test("a commit that the server refuses with a code that says nothing has an unknown outcome", async () => {
  await using server = await startReferenceServer();
  await using kv = connectKv(server.kv.url, credentials);
  for (const code of [Code.Internal, Code.Unknown, Code.Unavailable, Code.Canceled, Code.DeadlineExceeded]) {
    server.kv.faults.next("CommitTxn", "fail", { code });
    await assert.rejects(
      kv.commit([{ delete: "k" }]),
      (e) => e instanceof CommitOutcomeUnknownError && e.code === code,
    );
  }
  for (const code of [Code.PermissionDenied, Code.InvalidArgument, Code.ResourceExhausted, Code.NotFound]) {
    server.kv.faults.next("CommitTxn", "fail", { code });
    const isSettled = (e: unknown) =>
      e instanceof PumiceError && e.code === code && !(e instanceof OutcomeUnknownError) && e.attempts === 1;
    await assert.rejects(kv.commit([{ delete: "k" }]), isSettled);
  }
});

test("a commit by hand with retry: always is still made once, as its id is", async () => {
  await using server = await startReferenceServer();
  await using kv = connectKv(server.kv.url, credentials);
  const txn = await kv.begin();
  txn.put("k", "v");
  server.kv.faults.next("CommitTxn", "dropAnswer");
  await assert.rejects(txn.commit({ retry: "always" }), CommitOutcomeUnknownError);
});

test("a transaction is rolled back when a schema refuses one of its writes at the commit", async () => {
  await using server = await startReferenceServer();
  await using kv = connectKv(server.kv.url, credentials);
  const slow = {
    encode: async (value: string) => {
      await setTimeout(10);
      if (value === "wrong") throw new TypeError("not this value");
      return new Uint8Array(Buffer.from(value));
    },
    decode: (bytes: Uint8Array) => Buffer.from(bytes).toString(),
  };
  let id = "";
  const failed = kv.transaction((txn) => {
    id = txn.id;
    const family = txn.family("default", { value: slow });
    void family.put("k1", "right");
    void family.put("k2", "wrong");
  });
  await assert.rejects(failed, /not this value/);
  assert.equal(await kv.get("k1"), undefined);
  assert.equal(await isOpen(server, id), false);
});

test("a conflict in another client's call runs the function again, any other error does not", async () => {
  await using server = await startReferenceServer();
  await using kv = connectKv(server.kv.url, credentials);
  let runs = 0;
  await assert.rejects(
    kv.transaction(async (txn) => {
      runs += 1;
      await txn.get("k", { family: "none" });
    }),
    NotFoundError,
  );
  assert.equal(runs, 1);
  const result = await kv.transaction(async (txn) => {
    if (txn.attempt < 2) throw new ConflictError("found", Code.Aborted, { rpc: "other", attempts: 1 });
    return txn.attempt;
  });
  assert.equal(result, 2);
});

test("what an own write reads as can be changed without changing the commit", async () => {
  await using server = await startReferenceServer();
  await using kv = connectKv(server.kv.url, credentials);
  await kv.transaction(async (txn) => {
    const value = new Uint8Array([1]);
    txn.put("k", value);
    value[0] = 2;
    (await txn.get("k"))?.bytes.fill(3);
    (await txn.scan("k").toArray())[0]?.bytes.fill(4);
  });
  assert.deepEqual([...((await kv.get("k"))?.bytes ?? [])], [1]);
});

test("a transaction's headers and those of a call go with its calls", async () => {
  await using server = await startReferenceServer();
  const recorder = rpcRecorder(server.kv.transport);
  await using kv = connectKv({ transport: recorder.transport, ...credentials });
  await kv.transaction(
    async (txn) => {
      await txn.get("k");
      await txn.get("k", { headers: { "x-own": "call" } });
      await txn.scan("k").toArray();
    },
    { headers: { "x-own": "transaction" } },
  );
  assert.deepEqual(
    recorder.calls.filter(({ rpc }) => rpc !== "Authenticate").map(({ rpc, header }) => [rpc, header.get("x-own")]),
    [
      ["BeginTxn", "transaction"],
      ["Get", "transaction"],
      ["Get", "call"],
      ["Scan", "transaction"],
      ["CommitTxn", "transaction"],
    ],
  );
});

test("a transaction whose time is over while a codec is busy ends with a PumiceError, and is rolled back", async () => {
  await using server = await startReferenceServer();
  await using kv = connectKv(server.kv.url, credentials);
  await kv.ready();
  const stuck = { encode: () => new Promise<Uint8Array>(() => undefined), decode: (bytes: Uint8Array) => bytes };
  let id = "";
  const failed = kv.transaction(
    (txn) => {
      id = txn.id;
      void txn.family("default", { value: stuck }).put("k", "v" as never);
    },
    { timeoutMs: 200 },
  );
  await assert.rejects(failed, (error) => {
    assert.ok(error instanceof PumiceError && !(error instanceof OutcomeUnknownError));
    assert.deepEqual(
      [error.code, error.rpc, error.attempts],
      [Code.DeadlineExceeded, "scoriadb.ScoriaDB/CommitTxn", 0],
    );
    return true;
  });
  await kv.close(); // lets the rollback finish
  assert.equal(await isOpen(server, id), false);
});

test("a wrong option of commit() or rollback() leaves the transaction as it was", async () => {
  await using server = await startReferenceServer();
  const recorder = rpcRecorder(server.kv.transport);
  await using kv = connectKv({ transport: recorder.transport, ...credentials });
  const txn = await kv.begin();
  txn.put("k", "v");
  await assert.rejects(txn.commit({ timeoutMs: 0 }), RangeError);
  await assert.rejects(txn.rollback({ retry: "often" as never }), TypeError);
  assert.deepEqual(
    recorder.calls.map(({ rpc }) => rpc),
    ["Authenticate", "BeginTxn"],
  );
  await txn.commit();
  assert.equal((await kv.get("k"))?.text(), "v");
});

test("an abort while a commit that was never sent waits to be repeated leaves no doubt", async () => {
  await using server = await startReferenceServer();
  const controller = new AbortController();
  const retry = { baseDelayMs: 60_000, random: () => 0.9, onRetry: () => queueMicrotask(() => controller.abort()) };
  await using kv = connectKv(server.kv.url, { ...credentials, retry: { ...retry, maxDelayMs: 60_000 } });
  server.kv.faults.next("CommitTxn", "refuse");
  const txn = await kv.begin();
  txn.put("k", "v");
  const failed = txn.commit({ signal: controller.signal, timeoutMs: Number.POSITIVE_INFINITY });
  await assert.rejects(failed, (error) => {
    assert.ok(error instanceof PumiceError && !(error instanceof OutcomeUnknownError));
    return error.code === Code.Canceled && error.attempts === 1;
  });
});
