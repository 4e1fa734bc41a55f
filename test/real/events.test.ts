import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect, promisify } from "node:util";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import {
  ApiKeyError,
  AppendConditionError,
  connectEvents,
  errorResponseDetails,
  PumiceError,
  tagged,
  withExactSessionErrors,
} from "@pumice/events-client";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { startReferenceServer } from "@pumice/reference-server";
import { eventsSuite } from "../conformance/events-suite.js";
import { pythonWith } from "../support/python.js";
import type { RunningServer } from "../support/start-process.js";
import { stockGrpcTransport } from "../support/stock-grpc-transport.js";
import { startUmadb, umadbPython } from "../support/umadb.js";

const run = promisify(execFile);
let real: RunningServer;
before(async () => {
  real = await startUmadb();
});
after(() => real[Symbol.asyncDispose]());
eventsSuite({
  name: "UmaDB",
  transport: () => createFastGrpcTransport({ baseUrl: real.url, translateStatusDetails: errorResponseDetails }),
});
eventsSuite({ name: "UmaDB by connect-node, its HTTP client wrapped", transport: () => stockGrpcTransport(real.url) });
eventsSuite({
  name: "UmaDB by connect-node, its sessions wrapped",
  transport() {
    const sessionManager = withExactSessionErrors(new Http2SessionManager(real.url));
    return createGrpcTransport({ baseUrl: real.url, sessionManager });
  },
});

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

test("UmaDB's conflict with an event of any size is told within 2 s, and disturbs no other call", async () => {
  await using server = await startUmadb();
  await using events = connectEvents(server.url);
  for (const size of [20_000, 200_000, 2_000_000]) {
    const tag = `large:${size}`;
    const failIfMatch = tagged(tag);
    await events.append([{ type: "Large", tags: [tag], data: new Uint8Array(size).fill(200) }]);
    const subscription = events.subscribe({ query: failIfMatch })[Symbol.asyncIterator]();
    await subscription.next();
    const startMs = performance.now();
    const conflict = assert.rejects(events.append([{ type: "Late", tags: [tag] }], { failIfMatch }), (error) => {
      assert.ok(error instanceof AppendConditionError);
      assert.ok(inspect(error, { depth: 20 }).length < 10_000);
      return true;
    });
    await Promise.all([conflict, ...Array.from({ length: 20 }, () => events.head({ retry: "never" }))]);
    assert.ok(performance.now() - startMs < 2000);
    await events.append([{ type: "Next", tags: [tag] }]);
    assert.equal((await subscription.next()).value?.type, "Next");
    await subscription.return?.();
  }
});

test("UmaDB's API key is sent with every call, and a wrong one is an ApiKeyError", async () => {
  const apiKey = "key-of-the-test";
  await using server = await startUmadb({ apiKey });
  await using events = connectEvents(server.url, { apiKey });
  await events.ready();
  assert.equal(await events.head(), undefined);
  assert.equal(await events.append([{ type: "T" }]), 1n);
  for await (const { position } of events.subscribe()) {
    assert.equal(position, 1n);
    break;
  }
  for (const wrong of [undefined, "another", async () => "another"]) {
    await using refused = connectEvents(server.url, { apiKey: wrong });
    const calls = [() => refused.ready(), () => refused.append([{ type: "T" }]), () => refused.read().collect()];
    for (const call of calls) {
      await assert.rejects(call, (error) => error instanceof ApiKeyError && error.errorType === "authentication");
    }
  }
});

test("UmaDB is reached over TLS by its private authority, with its API key, and not without the authority", async () => {
  const apiKey = "key-of-the-test";
  await using server = await startUmadb({ apiKey, tls: true });
  await using events = connectEvents(server.url, { apiKey, tls: { ca: server.ca } });
  const failIfMatch = tagged("a");
  const event = { type: "T", tags: ["a"] };
  assert.equal(await events.append([event], { failIfMatch }), 1n);
  await assert.rejects(events.append([event], { failIfMatch }), AppendConditionError);
  for await (const { position } of events.subscribe()) {
    assert.equal(position, 1n);
    break;
  }
  await using untrusting = connectEvents(server.url, { apiKey, retry: false });
  await assert.rejects(
    untrusting.ready(),
    (error) => error instanceof PumiceError && /certificate/.test(error.message),
  );
});

test("a subscription lives over an orderly and a hard stop of UmaDB: every event once, in order", async () => {
  await using server = await startUmadb();
  await using events = connectEvents(server.url);
  const append = (count: number) => events.append(Array.from({ length: count }, () => ({ type: "T" })));
  await append(10);
  let losses = 0;
  let seen = 0;
  const options = { maxDelayMs: 100, onConnectionLost: () => losses++ };
  const subscription = events.subscribe(options)[Symbol.asyncIterator]();
  for (const [round, signal] of (["SIGTERM", "SIGKILL"] as const).entries()) {
    while (seen < (round + 1) * 10) assert.equal((await subscription.next()).value?.position, BigInt(++seen));
    const waiting = subscription.next();
    await server.restart(signal);
    await append(10);
    assert.equal((await waiting).value?.position, BigInt(++seen));
    assert.ok(losses > round);
  }
  await subscription.return?.();
});

/** Runs something on the reference store and on the real one. */
async function onBoth(see: (url: string) => Promise<string>): Promise<[reference: string, real: string]> {
  await using reference = await startReferenceServer();
  await using real = await startUmadb();
  return [await see(reference.events.url), await see(real.url)];
}

test("the official Python client sees the same in the reference store as in UmaDB", async () => {
  const python = await umadbPython();
  const [reference, real] = await onBoth(async (url) => {
    const { stdout } = await run(python, [here("events-witness.py"), url], { timeout: 60_000 });
    return stdout;
  });
  assert.equal(reference, real);
  assert.match(real, /^empty: None None \[\]\nappended at: 1\nthe same again: 1\nconflict: True\n/);
  assert.match(real, /\ncaught up: \[1, 3, 4\]\n$/);
});

test("the guide's example runs alike on the reference store and on UmaDB, by the old service path", async () => {
  const python = await pythonWith("grpcio", ["grpcio==1.76.0", "grpcio-tools==1.76.0"], [3, 9]);
  const stubs = await mkdtemp(join(tmpdir(), "pumice-events-guide-"));
  try {
    const proto = join(stubs, "umadb.proto");
    await run("cp", [here("../fixtures/umadb-guide.proto"), proto]);
    const protoc = ["-m", "grpc_tools.protoc", `-I${stubs}`, `--python_out=${stubs}`, `--grpc_python_out=${stubs}`];
    await run(python, [...protoc, "umadb.proto"]);
    const outputs = await onBoth(async (url) => {
      const { stdout } = await run(python, [here("events-guide.py"), stubs, new URL(url).host], { timeout: 60_000 });
      return stdout;
    });
    for (const output of outputs) {
      assert.deepEqual(output.trim().split("\n"), [
        "model: [] head: None",
        "appended at: 1",
        "conflict: FAILED_PRECONDITION True",
        "projection: [(1, b'Hello, world!')] head: True",
        "subscribe: INVALID_ARGUMENT",
      ]);
    }
  } finally {
    await rm(stubs, { recursive: true });
  }
});
