import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Code, createRouterTransport, type Transport } from "@connectrpc/connect";
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

test("a login that fails late takes nothing back of a logout() or a login() that came after it", async () => {
  const { ledger: server } = createReferenceServices();
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const transport: Transport = {
    ...server.transport,
    async unary(method, signal, timeoutMs, header, message, ...rest) {
      const { password } = message as { readonly password?: Uint8Array };
      if (password && Buffer.from(password).toString() === "wrong") await released;
      return server.transport.unary(method, signal, timeoutMs, header, message, ...rest);
    },
  };
  const connect = () => connectLedger({ ...user, transport, stateStore: memoryStateStore() });
  const [admin, gone, changed] = [connect(), connect(), connect()];
  const reader = { username: "reader", password: "Password1!" };
  await admin.createUser({ ...reader, permission: "read" });
  const failing = [gone, changed].map((ledger) => ledger.login({ ...user, password: "wrong" }));
  await gone.logout();
  await changed.login(reader);
  release();
  await Promise.all(failing.map((login) => assert.rejects(login, { kind: "unauthenticated" })));
  await assert.rejects(gone.get("key"), { kind: "unauthenticated", attempts: 0 });
  await assert.rejects(changed.set("key", "value"), { kind: "permission-denied" });
});

test("logout() ends with its signal, however long the server takes", { timeout: 1500 }, async () => {
  const { ledger: server } = createReferenceServices();
  const transport: Transport = {
    ...server.transport,
    unary(method, signal, ...rest) {
      if (method.name !== "CloseSession") return server.transport.unary(method, signal, ...rest);
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    },
  };
  const ledger = connectLedger({ ...user, transport, stateStore: memoryStateStore() });
  await ledger.ready();
  await assert.rejects(ledger.logout({ timeoutMs: 0 }), RangeError);
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 1);
  await ledger.logout({ signal: controller.signal });
  await ledger.login();
  await ledger.logout({ timeoutMs: 1 });
  await assert.rejects(ledger.get("key"), { kind: "unauthenticated", attempts: 0 });
});

test("a password that was changed stands in for the old one alone, where credentials come from a function", async () => {
  const { ledger: server } = createReferenceServices();
  let password: string | undefined = user.password;
  const credentials = () => {
    if (password === undefined) throw new Error("the vault is closed");
    return { ...user, password };
  };
  const ledger = connectLedger({ credentials, transport: server.transport, stateStore: memoryStateStore() });
  await ledger.changePassword({ user: "immudb", oldPassword: "immudb", newPassword: "Password2!" });
  assert.equal(await ledger.get("key"), undefined);
  const other = connectLedger({ ...user, password: "Password2!", transport: server.transport });
  await other.changePassword({ user: "immudb", oldPassword: "Password2!", newPassword: "Password3!" });
  await assert.rejects(ledger.get("key"), { kind: "unauthenticated" });
  password = "Password3!";
  assert.equal(await ledger.get("key"), undefined);
  password = undefined; // a change that is made is made, also if nobody can say now who the own user is
  await ledger.changePassword({ user: "immudb", oldPassword: "Password3!", newPassword: "Password4!" });
  password = "Password4!";
  assert.equal(await ledger.get("key"), undefined);
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
