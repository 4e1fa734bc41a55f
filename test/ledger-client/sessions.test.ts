import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Code, createRouterTransport } from "@connectrpc/connect";
import { connectLedger, type LedgerTransportOptions, memoryStateStore } from "@pumice/ledger-client";
import { createReferenceServices, startReferenceServer } from "@pumice/reference-server";
import { rpcRecorder } from "../support/rpc-recorder.js";
import { runProgram } from "../support/run-program.js";
import { alteredTransport } from "./altered-transport.js";

const user = { username: "immudb", password: "immudb" };

function open(options: LedgerTransportOptions = {}) {
  const { ledger: server } = createReferenceServices();
  const { transport, calls } = rpcRecorder(server.transport);
  const ledger = connectLedger({ ...user, transport, stateStore: memoryStateStore(), ...options });
  const count = (rpc: string) => calls.filter((call) => call.rpc === rpc).length;
  return { server, ledger, calls, count };
}

/** Resolves when something has come to be; the test's own limit ends it otherwise. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

test("an idle session is kept alive, and opened again when the server has forgotten it", {
  timeout: 30_000,
}, async () => {
  const { server, ledger, count } = open({ keepAliveMs: 1 });
  await ledger.set("key", "value");
  const before = count("KeepAlive");
  await until(() => count("KeepAlive") > before + 2);
  assert.equal(count("OpenSession"), 1);
  server.endSessions();
  await until(() => count("OpenSession") === 2);
  await ledger.close();
  const after = count("KeepAlive");
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(count("KeepAlive"), after);
});

test("keepAliveMs: Infinity sends nothing", async () => {
  const { ledger, calls } = open({ keepAliveMs: Number.POSITIVE_INFINITY });
  await ledger.get("key");
  await ledger.close();
  assert.deepEqual(
    calls.map(({ rpc }) => rpc),
    ["OpenSession", "Get", "CloseSession"],
  );
});

test("any number of calls wait for one new session", async () => {
  const { server, ledger, count } = open();
  await ledger.set("key", "value");
  server.endSessions();
  const entries = await Promise.all(Array.from({ length: 50 }, () => ledger.get("key")));
  assert.ok(entries.every((entry) => entry?.text() === "value"));
  assert.equal(count("OpenSession"), 2);
});

test("a server that forgets every session at once gets two calls and is not stormed", async () => {
  const { server, ledger, count } = open();
  await ledger.ready();
  const { unary } = server.transport;
  server.transport.unary = (method, ...rest) => {
    if (method.name === "Get") server.endSessions();
    return unary(method, ...rest);
  };
  await assert.rejects(ledger.get("key"), { kind: "unauthenticated" });
  assert.equal(count("Get"), 2);
  assert.equal(count("OpenSession"), 2);
});

test("close() and logout() end the session on the server, those of other databases included", async () => {
  const { ledger, count } = open();
  await ledger.createDatabase("other");
  const other = ledger.useDatabase("other");
  await other.set("key", "value");
  assert.equal(count("OpenSession"), 2);
  await ledger.logout();
  assert.equal(count("CloseSession"), 1);
  await ledger.close();
  assert.equal(count("CloseSession"), 2);
});

test("a session that opens after the logout is ended at once", { timeout: 30_000 }, async () => {
  const { ledger: server } = createReferenceServices();
  const { transport, calls } = rpcRecorder(server.transport);
  const { transport: slow, next, held, release } = alteredTransport(transport);
  const ledger = connectLedger({ ...user, transport: slow, stateStore: memoryStateStore() });
  next("OpenSession", "hold-answer");
  const call = ledger.get("key").catch(() => undefined);
  await held;
  await ledger.logout();
  release();
  await until(() => calls.some(({ rpc }) => rpc === "CloseSession"));
  await call;
  await assert.rejects(ledger.get("key"), { kind: "unauthenticated", attempts: 0 });
});

test("a server of something else is told by its first answer", async () => {
  const ledger = connectLedger({ ...user, transport: createRouterTransport(() => undefined) });
  await assert.rejects(ledger.ready(), {
    code: Code.Unimplemented,
    rawMessage: "Cannot log in: this server does not speak immudb.schema.ImmuService",
  });
});

test("a client that never made a call closes without one", async () => {
  const { ledger, calls } = open();
  await ledger.close();
  assert.deepEqual(calls, []);
});

test("the session's id goes with every call but the login, and nobody can see it or the password", async () => {
  const { ledger, calls } = open();
  await ledger.verifiedSet("key", "value");
  await ledger.serverInfo();
  for (const { rpc, header } of calls) assert.equal(header.has("sessionid"), rpc !== "OpenSession", rpc);
  const [id] = calls.flatMap(({ header }) => header.get("sessionid") ?? []);
  const shown = inspect(ledger, { depth: 10, showHidden: true }) + JSON.stringify(ledger);
  assert.ok(id && !shown.includes(id));
  await assert.rejects(
    ledger.get("key", { headers: { "x-bad\n": "" } }),
    (error) => !inspect(error).includes(String(id)),
  );
});

test("without a stateStore the first proven call says once how to keep what is trusted", async (context) => {
  const warn = context.mock.method(console, "warn", () => undefined);
  const { server } = open();
  const ledger = connectLedger({ ...user, transport: server.transport });
  await ledger.set("key", "value");
  assert.equal(warn.mock.callCount(), 0);
  await ledger.verifiedGet("key");
  await ledger.verifiedSet("key", "value");
  await ledger.useDatabase("defaultdb").verifiedGet("key");
  assert.equal(warn.mock.callCount(), 1);
  assert.match(String(warn.mock.calls[0]?.arguments[0]), /kept in memory.*fileStateStore/);
});

test("options that cannot be are refused", () => {
  const wrong: [LedgerTransportOptions & { url?: string }, RegExp][] = [
    [{ keepAliveMs: 0 }, /keepAliveMs/],
    [{ keepAliveMs: Number.NaN }, /keepAliveMs/],
    [{ username: "u" }, /password must not be empty/],
    [{ ...user, credentials: () => user }, /stands instead/],
    [{ database: "" }, /database/],
    [{ publicKey: "key" }, /publicKey/],
    [{ url: "http://127.0.0.1" }, /first argument/],
  ];
  for (const [options, message] of wrong) assert.throws(() => connectLedger(options), message);
  assert.throws(() => connectLedger("http://example.com"), /plaintext/);
  assert.throws(() => connectLedger("http://127.0.0.1", { tls: {} }), /https/);
  connectLedger("http://example.com", { allowPlaintext: true });
});

test("a client that is not closed lets the process end", { timeout: 60_000 }, async () => {
  await using server = await startReferenceServer();
  const program = new URL("idle-client.ts", import.meta.url);
  const { code, stdout } = await runProgram(program, { LEDGER_URL: server.ledger.url });
  assert.deepEqual({ code, stdout }, { code: 0, stdout: "value\n" });
});
