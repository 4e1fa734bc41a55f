import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createGrpcTransport, createGrpcWebTransport } from "@connectrpc/connect-node";
import { sha256 } from "@pumice/ledger-client/node";
import { checkVerifiableGet, checkVerifiableTx, VerificationError } from "@pumice/ledger-client/verify";
import { createReferenceServices, type LedgerOptions, startReferenceServer } from "@pumice/reference-server";
import { ErrorInfoSchema, ImmuService } from "@pumice/stubs/immudb";

const bytes = (text: string) => Buffer.from(text);

/** A ledger in process, with a clock that stands still until it is moved. */
async function openLedger(options: LedgerOptions = {}) {
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const { ledger } = createReferenceServices({ ledger: { nowMs: () => clock.ms, ...options } });
  const client = createClient(ImmuService, ledger.transport);
  const login = async (name = "immudb", password = "immudb", databaseName = "defaultdb") => {
    const session = await client.openSession({ username: bytes(name), password: bytes(password), databaseName });
    return { headers: { sessionid: session.sessionID } };
  };
  return { ledger, clock, client, login, root: await login() };
}

test("the reference ledger is reached by gRPC and gRPC-Web, and names its server in every answer", async () => {
  await using server = await startReferenceServer();
  const { url: baseUrl, username, password, serverUuid } = server.ledger;
  for (const transport of [createGrpcTransport({ baseUrl }), createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })]) {
    const client = createClient(ImmuService, transport);
    const request = { username: bytes(username), password: bytes(password), databaseName: "defaultdb" };
    const { sessionID, serverUUID } = await client.openSession(request);
    assert.equal(serverUUID, serverUuid);
    assert.equal(serverUuid.length, 20);
    let named: string | null = null;
    const headers = { sessionid: sessionID };
    const onHeader = (answer: Headers) => {
      named = answer.get("immudb-uuid");
    };
    await client.set({ KVs: [{ key: bytes("k"), value: bytes("v") }] }, { headers, onHeader });
    assert.equal(named, serverUuid);
    assert.deepEqual(Buffer.from((await client.get({ key: bytes("k") }, { headers })).value), bytes("v"));
  }
});

test("the reference ledger refuses a session that has ended or was idle for too long, and a token of before a restart", async () => {
  const { ledger, clock, client, login, root } = await openLedger({ sessionIdleMs: 1000 });
  const gone = { code: Code.PermissionDenied, rawMessage: "session not found" };
  for (let second = 0; second < 5; second++) {
    clock.ms += 900;
    await client.keepAlive({}, root);
  }
  clock.ms += 1001;
  await assert.rejects(client.keepAlive({}, root), gone);
  const next = await login();
  const { token } = await client.login({ user: bytes("immudb"), password: bytes("immudb") });
  ledger.endSessions();
  const withToken = { headers: { authorization: token } };
  await assert.rejects(client.currentState({}, withToken), { code: Code.Unknown, rawMessage: "not logged in" });
  await assert.rejects(client.currentState({}, next), (error: unknown) => {
    assert.ok(error instanceof ConnectError && error.code === gone.code);
    assert.equal(error.findDetails(ErrorInfoSchema)[0]?.code, "08001");
    return true;
  });
});

test("the reference ledger has at most 100 sessions, and forgets the idle ones to make room", async () => {
  const { clock, login } = await openLedger();
  for (let count = 1; count < 100; count++) await login();
  await assert.rejects(login(), { code: Code.Internal });
  clock.ms += 120_001;
  await login();
});

test("the reference ledger gives a token no database when there are several", async () => {
  const { client, root } = await openLedger();
  const credentials = { user: bytes("immudb"), password: bytes("immudb") };
  const first = await client.login(credentials);
  assert.match(Buffer.from(first.warning).toString(), /default password/);
  await client.currentState({}, { headers: { authorization: first.token } });
  await client.createDatabaseV2({ name: "other" }, root);
  const { token } = await client.login(credentials);
  const headers = { authorization: `Bearer ${token}` };
  await assert.rejects(client.currentState({}, { headers }), { rawMessage: "please select a database first" });
  const selected = await client.useDatabase({ databaseName: "other" }, { headers });
  const state = await client.currentState({}, { headers: { authorization: `Bearer ${selected.token}` } });
  assert.equal(state.db, "other");
});

test("the reference ledger lets entries expire by its clock", async () => {
  const { clock, client, root } = await openLedger();
  const expiresAt = BigInt(clock.ms / 1000 + 60);
  await client.set({ KVs: [{ key: bytes("k"), value: bytes("v"), metadata: { expiration: { expiresAt } } }] }, root);
  clock.ms += 59_999;
  await client.get({ key: bytes("k") }, root);
  clock.ms += 1;
  await assert.rejects(client.get({ key: bytes("k") }, root), {
    code: Code.Unknown,
    rawMessage: "tbtree: key not found: expired entry",
  });
  const [version] = (await client.history({ key: bytes("k") }, root)).entries;
  assert.ok(version?.expired && version.value.length === 0);
});

test("the reference ledger answers UNIMPLEMENTED to SQL", async () => {
  const { client, root } = await openLedger();
  const calls = [client.sQLExec({}, root), client.newTx({}, root), client.unarySQLQuery({}, root)];
  for (const call of calls) await assert.rejects(call, { code: Code.Unimplemented });
});

test("the reference ledger's lies are caught by the proofs", async () => {
  const { ledger, client, root } = await openLedger();
  for (const value of ["1", "2", "3", "4"])
    await client.set({ KVs: [{ key: bytes(value), value: bytes(value) }] }, root);
  const { txId, txHash } = await client.currentState({}, root);
  const trusted = { txId, txHash };
  const requested = { key: bytes("2"), atTx: 0n };
  const read = async () => {
    const answer = await client.verifiableGet({ keyRequest: requested, proveSinceTx: txId }, root);
    return checkVerifiableGet(answer, { trusted, sha256, requested });
  };
  const honest = await read();
  assert.ok(honest.kind === "value");
  assert.equal(Buffer.from(honest.value).toString(), "2");
  assert.deepEqual(honest.transaction, { id: 2n, timestampSeconds: 1_767_225_600n, entryCount: 1 });

  ledger.tamper({ kind: "changed-value", key: "2", value: "another" });
  assert.equal(Buffer.from((await client.get({ key: bytes("2") }, root)).value).toString(), "another");
  await assert.rejects(read, (error) => error instanceof VerificationError && error.step === "entry-inclusion");

  ledger.tamper({ kind: "rolled-back-history", lastTx: 3n });
  await assert.rejects(read, { rawMessage: "illegal state" });
  for (const value of ["other", "history"]) await client.set({ KVs: [{ key: bytes(value) }] }, root);
  const answer = await client.verifiableTxById({ tx: 5n, proveSinceTx: 4n }, root);
  assert.throws(
    () => checkVerifiableTx(answer, { trusted, sha256, txId: 5n }),
    (error) => error instanceof VerificationError && error.step === "header",
  );
  assert.throws(() => ledger.tamper({ kind: "rolled-back-history", lastTx: 99n }), { rawMessage: "tx not found" });
  assert.throws(() => ledger.tamper({ kind: "changed-value", key: "none", value: "" }), ConnectError);
});

test("createReferenceServices() refuses ledger options that cannot work", () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
  const wrong: LedgerOptions[] = [
    { password: "" },
    { sessionIdleMs: 0 },
    { sessionIdleMs: Number.NaN },
    { signingKey: "no key" },
    { signingKey: String(privateKey.export({ format: "pem", type: "pkcs8" })) },
  ];
  for (const ledger of wrong) {
    assert.throws(
      () => createReferenceServices({ ledger }),
      (error) => error instanceof TypeError || error instanceof RangeError,
    );
  }
});
