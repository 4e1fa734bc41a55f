import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import {
  connectLedger,
  ForkError,
  type LedgerClient,
  type LedgerTransportOptions,
  memoryStateStore,
  ServerBehindError,
  ServerChangedError,
  VerificationError,
} from "@pumice/ledger-client";
import { fileStateStore } from "@pumice/ledger-client/node";
import { createReferenceServices, startReferenceServer } from "@pumice/reference-server";
import { alteredTransport } from "./altered-transport.js";

const user = { username: "immudb", password: "immudb" };

function connect(transport: Transport, options: LedgerTransportOptions = {}): LedgerClient {
  return connectLedger({ ...user, transport, stateStore: memoryStateStore(), ...options });
}

test("a changed value is refused, and what is trusted does not move", async () => {
  const { ledger: server } = createReferenceServices();
  const ledger = connect(server.transport);
  await ledger.set("invoice", "100");
  await ledger.setReference({ key: "newest", target: "invoice" });
  const before = await ledger.trustedState();
  await ledger.set("other", "value");
  server.tamper({ kind: "changed-value", key: "invoice", value: "1" });
  assert.equal((await ledger.get("invoice"))?.text(), "1", "nobody sees it without a proof");
  for (const key of ["invoice", "newest"]) {
    await assert.rejects(ledger.verifiedGet(key), (error) => {
      assert.ok(error instanceof VerificationError);
      assert.equal(error.step, "entry-inclusion");
      assert.equal(error.rpc, "immudb.schema.ImmuService/VerifiableGet");
      return true;
    });
  }
  assert.deepEqual((await ledger.trustedState()).txId, before.txId);
  assert.equal((await ledger.verifiedGet("other"))?.text(), "value");
});

test("a server that has lost transactions is refused by every proven call, also in a later run", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pumice-ledger-lies-"));
  try {
    const { ledger: server } = createReferenceServices();
    const path = join(folder, "state.json");
    const first = connect(server.transport, { stateStore: fileStateStore(path) });
    for (const key of ["a", "b", "c"]) await first.verifiedSet(key, key);
    server.tamper({ kind: "rolled-back-history", lastTx: 1n });
    for (const ledger of [first, connect(server.transport, { stateStore: fileStateStore(path) })]) {
      const calls = [
        () => ledger.verifiedGet("a"),
        () => ledger.verifiedGet("c"),
        () => ledger.verifiedSet("d", "d"),
        () => ledger.verifiedTxById(1n),
        () => ledger.verifiedTxById(3n),
        () => ledger.verifiedSetReference({ key: "r", target: "a" }),
        () => ledger.verifiedZAdd({ set: "s", score: 1, key: "a" }),
      ];
      for (const call of calls) {
        await assert.rejects(call, (error) => error instanceof ServerBehindError && error.step === "server-behind");
      }
      assert.equal((await ledger.trustedState()).txId, 3n);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a history that was written anew after a rollback is refused", async () => {
  const { ledger: server } = createReferenceServices();
  const [ledger, other] = [connect(server.transport), connect(server.transport)];
  for (const key of ["a", "b", "c"]) await ledger.verifiedSet(key, key);
  server.tamper({ kind: "rolled-back-history", lastTx: 1n });
  for (const key of ["b", "c", "d"]) await other.set(key, `another ${key}`);
  await assert.rejects(ledger.verifiedGet("a"), VerificationError);
  await assert.rejects(ledger.verifiedSet("e", "e"), VerificationError);
  assert.equal((await ledger.trustedState()).txId, 3n);
});

for (const [meanwhile, kind] of [
  [1, ForkError],
  [3, VerificationError],
] as const) {
  test(`two histories that were shown to two calls side by side are noticed, ${meanwhile} transactions apart`, async () => {
    const { ledger: server } = createReferenceServices();
    const { transport, next, held, release } = alteredTransport(server.transport);
    const ledger = connect(transport);
    await ledger.verifiedSet("key", "start");
    next("VerifiableSet", "hold-answer");
    const loser = ledger.verifiedSet("key", "in one history");
    await held;
    server.tamper({ kind: "rolled-back-history", lastTx: 1n });
    for (let count = 0; count < meanwhile; count++) await ledger.verifiedSet("key", "in the other history");
    const trusted = await ledger.trustedState();
    release();
    await assert.rejects(loser, kind);
    assert.deepEqual(await ledger.trustedState(), trusted);
  });
}

test("another server in the place of the one that is trusted is refused, within a run and in a later one", async () => {
  const { ledger: one } = createReferenceServices();
  const { ledger: two } = createReferenceServices();
  let isReplaced = false;
  const transport: Transport = {
    unary: (...call) => (isReplaced ? two : one).transport.unary(...call),
    stream: (...call) => (isReplaced ? two : one).transport.stream(...call),
  };
  const ledger = connect(transport);
  await ledger.verifiedSet("key", "value");
  isReplaced = true;
  const refused = (error: unknown) => error instanceof ServerChangedError && error.step === "server-changed";
  await assert.rejects(ledger.verifiedGet("key"), refused);
  await assert.rejects(ledger.set("key", "other"), refused);
  await assert.rejects(ledger.useDatabase("defaultdb").verifiedGet("key"), refused);
  isReplaced = false;
  assert.equal((await ledger.verifiedGet("key"))?.text(), "value");

  const stateStore = memoryStateStore();
  await using server = await startReferenceServer();
  await stateStore.setServer(server.ledger.url, "another server");
  await using later = connectLedger(server.ledger.url, { ...user, stateStore });
  await assert.rejects(later.ready(), refused);
});

test("a first state that can be none is refused, and not kept", async () => {
  const { ledger: server } = createReferenceServices();
  const transport: Transport = {
    ...server.transport,
    async unary(method, ...rest) {
      const answer = await server.transport.unary(method, ...rest);
      if (method.name === "CurrentState") Object.assign(answer.message, { txId: 1n, txHash: new Uint8Array(5) });
      return answer;
    },
  };
  const stateStore = memoryStateStore();
  const ledger = connect(transport, { stateStore });
  await ledger.set("key", "value");
  const refused = (error: unknown) => error instanceof VerificationError && error.step === "answer";
  await assert.rejects(ledger.trustedState(), refused);
  await assert.rejects(ledger.verifiedGet("key"), refused);
  assert.equal(await stateStore.get({ serverUuid: server.serverUuid, database: "defaultdb" }), undefined);
});

test("with a public key, a signature that is missing or of another key is refused from the first answer on", async () => {
  const keys = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
  const [own, another] = [keys(), keys()];
  const signingKey = String(own.privateKey.export({ format: "pem", type: "pkcs8" }));
  const [publicKey, wrongKey] = [own, another].map((pair) =>
    String(pair.publicKey.export({ format: "pem", type: "spki" })),
  );
  const { ledger: signed } = createReferenceServices({ ledger: { signingKey } });
  const { ledger: unsigned } = createReferenceServices();
  const refused = (error: unknown) => error instanceof VerificationError && error.step === "signature";

  const ledger = connect(signed.transport, { publicKey });
  await ledger.verifiedSet("key", "value");
  assert.equal((await ledger.verifiedGet("key"))?.text(), "value");
  for (const client of [
    connect(signed.transport, { publicKey: wrongKey }),
    connect(unsigned.transport, { publicKey }),
  ]) {
    await assert.rejects(client.verifiedGet("key"), refused);
    await assert.rejects(client.verifiedSet("key", "value"), refused);
    await assert.rejects(client.trustedState(), refused);
  }
});

test("with a public key, every proven answer must be signed, also when the state is trusted already", async () => {
  const { ledger: unsigned } = createReferenceServices();
  const stateStore = memoryStateStore();
  const before = connect(unsigned.transport, { stateStore });
  const { txId } = await before.verifiedSet("key", "value");
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = String(publicKey.export({ format: "pem", type: "spki" }));
  const ledger = connect(unsigned.transport, { stateStore, publicKey: pem });
  const refused = (error: unknown) => error instanceof VerificationError && error.step === "signature";
  await assert.rejects(ledger.verifiedGet("key"), refused);
  await assert.rejects(ledger.verifiedTxById(txId), refused);
  await assert.rejects(ledger.verifiedSet("key", "other"), refused);
  assert.equal((await ledger.trustedState()).txId, txId);
});

test("a server that calls missing what it has lost is refused", async () => {
  const { ledger: server } = createReferenceServices();
  let isMissing = false;
  const transport: Transport = {
    async unary(method, ...rest) {
      const isAsked = method.name === "VerifiableGet" || method.name === "VerifiableTxById";
      if (!isMissing || !isAsked) return server.transport.unary(method, ...rest);
      throw new ConnectError("tbtree: key not found", Code.Unknown, { "grpc-status": "2" });
    },
    stream: (...call) => server.transport.stream(...call),
  };
  const ledger = connect(transport);
  await ledger.verifiedSet("a", "1");
  await ledger.verifiedSet("b", "2");
  isMissing = true;
  assert.equal(await ledger.verifiedGet("b"), undefined);
  server.tamper({ kind: "rolled-back-history", lastTx: 1n });
  await assert.rejects(ledger.verifiedGet("b"), ServerBehindError);
  await assert.rejects(ledger.verifiedTxById(2n), ServerBehindError);
});

test("a verified read of an older version does not wait for a write that is under way", async () => {
  const { ledger: server } = createReferenceServices();
  const { transport, next, held, release } = alteredTransport(server.transport);
  const ledger = connect(transport);
  const { txId } = await ledger.verifiedSet("key", "one");
  next("VerifiableSet", "hold-answer");
  const write = ledger.verifiedSet("key", "two");
  await held;
  assert.equal((await ledger.verifiedGet("key", { atTx: txId }))?.text(), "one");
  release();
  assert.equal((await write).txId, txId + 1n);
});
