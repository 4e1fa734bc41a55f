import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Code, createRouterTransport } from "@connectrpc/connect";
import { type CallObserver, ClientClosedError, connectKv, PumiceError, UnauthenticatedError } from "@pumice/kv-client";
import { createReferenceServices, startReferenceServer } from "@pumice/reference-server";
import { DCB } from "@pumice/stubs/umadb";

const credentials = { username: "admin", password: "admin" };

test("connectKv() refuses options that cannot work, before anything is sent", () => {
  const wrong: [() => unknown, RegExp][] = [
    [() => connectKv(undefined as never), /options must be an object/],
    [() => connectKv("http://localhost:1", null as never), /options must be an object/],
    [() => connectKv("http://localhost:1", { username: "admin", password: "" }), /password must not be empty/],
    [() => connectKv("http://localhost:1", { username: "admin" }), /password must not be empty/],
    [() => connectKv("http://localhost:1", { password: "x" }), /username must not be blank/],
    [() => connectKv("http://localhost:1", { username: " ", password: "x" }), /username must not be blank/],
    [() => connectKv("http://localhost:1", { username: 1, password: "x" } as never), /username: .* got number/],
    [() => connectKv("http://localhost:1", { ...credentials, credentials: () => credentials }), /instead of username/],
    [() => connectKv("http://localhost:1", { credentials } as never), /credentials must be a function/],
    [() => connectKv("http://localhost:1", { ...credentials, tls: {} }), /tls wants an https URL/],
    [() => connectKv({ transport: createReferenceServices().kv.transport, tls: {} }), /tls goes with a URL/],
    [() => connectKv({ url: "http://localhost:1", ...credentials } as never), /the URL is the first argument/],
    [() => connectKv(new URL("http://admin:admin@localhost"), credentials), /credentials go into the options/],
    [() => connectKv("http://localhost:1", { username: "\ud800", password: "x" }), /surrogate/],
    [() => connectKv("ftp://localhost", credentials), /http or https/],
    [() => connectKv("http://db.example.com", credentials), /plaintext/],
  ];
  for (const [connect, message] of wrong) {
    assert.throws(connect, (error) => error instanceof TypeError && message.test(error.message));
  }
});

test("connectKv() takes plaintext to another host only when told to, and TLS always", async () => {
  await connectKv("http://db.example.com", { ...credentials, allowPlaintext: true }).close();
  await connectKv("https://db.example.com", credentials).close();
});

test("connectKv() means localhost:50051 when there is no URL, and completes host:port", async () => {
  await using server = await startReferenceServer();
  await using kv = connectKv(new URL(server.kv.url).host, credentials);
  await kv.put("k", "v");
  assert.equal((await kv.get("k"))?.text(), "v");
  await connectKv(credentials).close();
});

test("connectKv() goes over the wire when it is given a URL, whatever else the options hold", async () => {
  const server = await startReferenceServer();
  await using kv = connectKv(new URL(server.kv.url), server.kv);
  await kv.put("k", "v");
  await server.close();
  await assert.rejects(kv.put("k", "v"), { code: Code.Unavailable });
});

test("a kv entry can be spread and logged though its key is not UTF-8", async () => {
  const { kv: service } = createReferenceServices();
  await using kv = connectKv({ transport: service.transport, ...credentials });
  await kv.put(new Uint8Array([0xff]), "v");
  const entry = await kv.get(new Uint8Array([0xff]));
  assert.ok(entry);
  assert.deepEqual(Object.keys({ ...entry }), ["keyBytes", "bytes"]);
  assert.match(inspect(entry), /keyBytes/);
  assert.throws(() => entry.key, TypeError);
  assert.throws(() => entry.json(), SyntaxError);
});

test("connectKv() sends nothing before the first call, and logs in once for many", async () => {
  const { kv: service } = createReferenceServices();
  const rpcs: string[] = [];
  const transport: typeof service.transport = {
    ...service.transport,
    unary(method, ...rest) {
      rpcs.push(method.name);
      return service.transport.unary(method, ...rest);
    },
  };
  await using kv = connectKv({ transport, ...credentials });
  assert.deepEqual(rpcs, []);
  await Promise.all(Array.from({ length: 10 }, (_, i) => kv.put(`k${i}`, "v")));
  assert.equal(rpcs.filter((name) => name === "Authenticate").length, 1);
});

test("connectKv() logs in again when the server has forgotten the token", async () => {
  const before = createReferenceServices();
  const after = createReferenceServices();
  let current = before.kv.transport;
  const transport: typeof current = {
    unary: (...call) => current.unary(...call),
    stream: (...call) => current.stream(...call),
  };
  await using kv = connectKv({ transport, ...credentials });
  await kv.put("k", "before");
  current = after.kv.transport; // as after a restart: another secret, an empty store
  await kv.put("k", "after");
  assert.equal((await kv.get("k"))?.text(), "after");
  current = before.kv.transport;
  for await (const entry of kv.scan()) assert.equal(entry.text(), "before");
});

test("connectKv() renews a token in the last minute before it expires, so that no call is refused", async (context) => {
  context.mock.timers.enable({ apis: ["Date"] }); // of the client and of the server in this process
  const { kv: service } = createReferenceServices();
  const rpcs: string[] = [];
  let refused = 0;
  const transport: typeof service.transport = {
    ...service.transport,
    async unary(method, ...rest) {
      rpcs.push(method.name);
      try {
        return await service.transport.unary(method, ...rest);
      } catch (error) {
        refused += 1;
        throw error;
      }
    },
  };
  await using kv = connectKv({ transport, ...credentials });
  const dayMs = 24 * 60 * 60 * 1000;
  await kv.put("k", "v");
  context.mock.timers.setTime(dayMs - 61_000);
  await kv.put("k", "v");
  context.mock.timers.setTime(dayMs - 59_000);
  await kv.put("k", "v");
  context.mock.timers.setTime(dayMs + 60_000);
  await kv.put("k", "v");
  assert.deepEqual(rpcs, ["Authenticate", "Put", "Put", "Authenticate", "Put", "Put"]);
  assert.equal(refused, 0);
});

test("connectKv() says so when the server does not speak ScoriaDB", async () => {
  const transport = createRouterTransport(({ service }) => service(DCB, {}));
  await using kv = connectKv({ transport, ...credentials });
  await assert.rejects(kv.get("k"), {
    code: Code.Unimplemented,
    rawMessage: "Cannot log in: this server does not speak scoriadb.ScoriaDB",
  });
});

test("kv.close() ends later calls at once, may be called twice, and leaves a transport that was passed in open", async () => {
  const { kv: service } = createReferenceServices();
  const kv = connectKv({ transport: service.transport, ...credentials });
  await kv.put("k", "v");
  await kv.close();
  await kv.close();
  await assert.rejects(kv.get("k"), ClientClosedError);
  await assert.rejects(async () => {
    for await (const _ of kv.scan());
  }, ClientClosedError);
  await using other = connectKv({ transport: service.transport, ...credentials });
  assert.equal((await other.get("k"))?.text(), "v");
});

test("a kv client and its errors show no password and no token", async () => {
  const { kv: service } = createReferenceServices({ kv: { password: "hunter2" } });
  await using kv = connectKv({ transport: service.transport, username: "admin", password: "hunter2" });
  await kv.put("k", "v");
  const error = await kv.get("k", { family: "none" }).catch((reason: unknown) => reason);
  assert.ok(error instanceof PumiceError);
  for (const shown of [
    inspect(kv, { depth: 9, showHidden: true }),
    inspect(error, { depth: 9 }),
    JSON.stringify(error),
  ]) {
    assert.doesNotMatch(shown, /hunter2|eyJ/);
  }
});

test("connectKv() gives up a call that failed when retry is off, and tells an observer of what it does", async () => {
  const services = createReferenceServices();
  const heard: string[] = [];
  const observe: CallObserver = {
    onCall: ({ rpc, attempts, error }) => heard.push(`${rpc.split("/")[1]} ended after ${attempts}, ${error?.code}`),
    onWait: ({ attempt }) => heard.push(`waits after ${attempt}`),
    onRenewal: ({ error }) => heard.push(`login, ${error}`),
  };
  await using kv = connectKv({ ...services.kv, observe, retry: { baseDelayMs: 1 } });
  services.kv.faults.next("Get", "fail", { code: Code.Unavailable });
  await kv.get("k");
  assert.deepEqual(heard, [
    "Authenticate ended after 1, undefined",
    "login, undefined",
    "waits after 1",
    "Get ended after 2, undefined",
  ]);
  await using once = connectKv({ ...services.kv, retry: false });
  services.kv.faults.next("Get", "fail", { code: Code.Unavailable });
  await assert.rejects(once.get("k"), (error) => error instanceof PumiceError && error.attempts === 1);
  assert.throws(() => connectKv({ ...services.kv, retry: { maxAttempts: 0 } }), RangeError);
});

test("session(), login() and ready() take a call's options", async () => {
  const { kv: service } = createReferenceServices();
  await using kv = connectKv({ transport: service.transport, ...credentials });
  service.faults.next("Authenticate", "dropRequest", { loss: "silence" });
  await assert.rejects(kv.ready({ timeoutMs: 20 }), { code: Code.DeadlineExceeded });
  await assert.rejects(kv.session({ signal: AbortSignal.abort() }), { code: Code.Canceled });
  await assert.rejects(kv.login(undefined, { timeoutMs: 0 }), RangeError);
});

test("a login() that fails undoes neither a logout() nor a login() that came meanwhile", async () => {
  const { kv: service } = createReferenceServices();
  await using kv = connectKv({ transport: service.transport, ...credentials });
  const bob = { username: "bob", password: "pw" };
  await kv.users.create({ ...bob, roles: ["readonly"] });
  const wrong = { username: "admin", password: "wrong" };

  const overtaken = assert.rejects(kv.login(wrong), UnauthenticatedError);
  await kv.login(bob);
  await overtaken;
  assert.deepEqual((await kv.session()).roles, ["readonly"]);

  await Promise.all([1, 2].map(() => assert.rejects(kv.login(wrong), UnauthenticatedError)));
  assert.deepEqual((await kv.session()).roles, ["readonly"]);

  const late = assert.rejects(kv.login(wrong), UnauthenticatedError);
  kv.logout();
  await late;
  await assert.rejects(kv.get("k"), (error) => error instanceof UnauthenticatedError && error.attempts === 0);
});
