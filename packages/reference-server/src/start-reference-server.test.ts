import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import * as http from "node:http";
import * as http2 from "node:http2";
import * as net from "node:net";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { type ReferenceServerOptions, startReferenceServer } from "./start-reference-server.js";

const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const emptySettings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const login = "/scoriadb.ScoriaDB/Authenticate";
const credentials = JSON.stringify({ username: "admin", password: "admin" });

function portOf(server: { kv: { url: string } }): number {
  return Number(new URL(server.kv.url).port);
}

/** All that comes back on a raw connection after pieces were written with pauses between them. */
async function converse(port: number, pieces: readonly (string | Buffer)[], enough: (data: Buffer) => boolean) {
  const socket = net.connect(port, "127.0.0.1");
  let received = Buffer.alloc(0);
  const done = new Promise<void>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", () => resolve());
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (enough(received)) resolve();
    });
  });
  for (const piece of pieces) {
    socket.write(piece);
    await setTimeout(15);
  }
  await done;
  socket.destroy();
  return received;
}

test("startReferenceServer() knows HTTP/2 by its first bytes, however they are split", async () => {
  await using server = await startReferenceServer();
  const splits = [
    [preface],
    [preface[0], preface.slice(1)],
    [preface[0], preface[1], preface.slice(2)],
    [preface.slice(0, 5), preface.slice(5)],
  ];
  for (const split of splits) {
    const pieces = [...split.map((piece) => piece ?? ""), emptySettings];
    const answer = await converse(portOf(server), pieces, (data) => data.length >= 9);
    assert.equal(answer[3], 4, "the first frame is SETTINGS");
  }
});

test("startReferenceServer() answers HTTP/1.1 on the same port, also byte by byte", async () => {
  await using server = await startReferenceServer();
  const request =
    `POST ${login} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${credentials.length}\r\n\r\n${credentials}`;
  for (const pieces of [[request], ["P", request.slice(1)], ["P", "O", request.slice(2)]]) {
    const answer = await converse(portOf(server), pieces, (data) => data.includes("jwtToken"));
    assert.match(answer.toString(), /^HTTP\/1\.1 200 OK/);
  }
});

test("startReferenceServer() drops a client that says nothing, or stops in the middle of its first words", async () => {
  await using server = await startReferenceServer({ helloTimeoutMs: 100 });
  for (const pieces of [[], ["P"], ["POST /x HTTP/1.1\r\n"], [preface.slice(0, 10)]]) {
    const startMs = performance.now();
    await converse(portOf(server), pieces, () => false);
    assert.ok(performance.now() - startMs < 2000);
  }
});

test("startReferenceServer() survives resets, garbage, a missing host and unknown paths", async () => {
  await using server = await startReferenceServer();
  const port = portOf(server);
  for (const words of ["", "P", "PRI", preface, "POST / HT"]) {
    const socket = net.connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.write(words);
    await setTimeout(5);
    socket.resetAndDestroy();
  }
  const answers: [string, RegExp][] = [
    ["garbage\r\n\r\n", /^HTTP\/1\.1 400/],
    [`POST ${login} HTTP/1.0\r\n\r\n`, /^HTTP\/1\.1 400/],
    [`POST ${login} HTTP/1.1\r\nHost: a b\r\n\r\n`, /^HTTP\/1\.1 400/],
    ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", /^HTTP\/1\.1 404/],
    [`GET ${login} HTTP/1.1\r\nHost: x\r\n\r\n`, /^HTTP\/1\.1 405/],
  ];
  for (const [request, status] of answers) {
    const answer = await converse(port, [request], (data) => data.includes("\r\n\r\n"));
    assert.match(answer.toString(), status);
  }
  const stub = createClient(ScoriaDB, createGrpcTransport({ baseUrl: server.kv.url }));
  assert.ok((await stub.authenticate({ username: "admin", password: "admin" })).jwtToken);
});

test("startReferenceServer() answers gRPC for an unknown service with unimplemented", async () => {
  await using server = await startReferenceServer();
  const session = http2.connect(server.kv.url);
  const stream = session.request({ ":method": "POST", ":path": "/a.B/C", "content-type": "application/grpc" });
  const [headers] = await once(stream, "response");
  assert.equal(headers[":status"], 404); // which gRPC clients read as unimplemented
  session.destroy();
});

test("server.close() lets a call in flight finish, over HTTP/2 and HTTP/1.1, and takes no new ones", async () => {
  const server = await startReferenceServer();
  const sessionManager = new Http2SessionManager(server.kv.url);
  const stub = createClient(ScoriaDB, createGrpcTransport({ baseUrl: server.kv.url, sessionManager }));
  const { jwtToken } = await stub.authenticate({ username: "admin", password: "admin" });
  const headers = { authorization: `Bearer ${jwtToken}` };
  const value = randomBytes(100_000); // nothing that gzip could make small
  for (let i = 0; i < 50; i++) await stub.put({ key: Buffer.from(`key ${i}`), value }, { headers });

  const scan = stub.scan({}, { headers })[Symbol.asyncIterator]();
  await scan.next();
  const request = http.request(server.kv.url + login, {
    method: "POST",
    headers: { "content-type": "application/json", "content-length": credentials.length },
  });
  request.flushHeaders();
  await setTimeout(20);

  const closed = server.close();
  await assert.rejects(once(net.connect(portOf(server), "127.0.0.1"), "connect"), { code: "ECONNREFUSED" });
  request.end(credentials);
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  assert.equal(response.statusCode, 200);
  response.resume();
  let rows = 1;
  while (!(await scan.next()).done) rows += 1;
  assert.equal(rows, 50);
  await closed;
  sessionManager.abort();
});

test("server.close() cuts off what does not finish in time, and may be called twice", async () => {
  const server = await startReferenceServer();
  const stub = createClient(ScoriaDB, createGrpcTransport({ baseUrl: server.kv.url }));
  const { jwtToken } = await stub.authenticate({ username: "admin", password: "admin" });
  const headers = { authorization: `Bearer ${jwtToken}` };
  const value = randomBytes(1_000_000); // nothing that gzip could make small
  for (let i = 0; i < 8; i++) await stub.put({ key: new Uint8Array([i]), value }, { headers });
  const scan = stub.scan({}, { headers })[Symbol.asyncIterator]();
  await scan.next(); // and then never again: flow control holds the rest back
  await Promise.all([server.close({ drainMs: 100 }), server.close()]);
});

test("server.close() lets pipelined requests finish", async () => {
  const server = await startReferenceServer();
  const socket = net.connect(portOf(server), "127.0.0.1");
  const head =
    `POST ${login} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${credentials.length}\r\n\r\n`;
  socket.write(`POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n${head}${credentials.slice(0, 5)}`);
  const [first] = await once(socket, "data");
  assert.match(String(first), /^HTTP\/1\.1 404/);
  const closed = server.close();
  await setTimeout(20);
  socket.write(credentials.slice(5));
  const [second] = await once(socket, "data");
  assert.match(String(second), /^HTTP\/1\.1 200/);
  await closed;
});

test("startReferenceServer() serves gRPC over IPv6", async () => {
  await using server = await startReferenceServer({ host: "::1" });
  assert.match(server.kv.url, /^http:\/\/\[::1\]:\d+$/);
  const stub = createClient(ScoriaDB, createGrpcTransport({ baseUrl: server.kv.url }));
  assert.ok((await stub.authenticate({ username: "admin", password: "admin" })).jwtToken);
});

test("startReferenceServer() refuses options that cannot work", async () => {
  const wrong: ReferenceServerOptions[] = [
    ...[Number.NaN, -5, Number.POSITIVE_INFINITY].map((helloTimeoutMs) => ({ helloTimeoutMs })),
    ...[Number.NaN, 0, -1, Number.POSITIVE_INFINITY].map((tokenLifetimeMs) => ({ kv: { tokenLifetimeMs } })),
    ...[Number.NaN, 0, -1].map((transactionTimeoutMs) => ({ kv: { transactionTimeoutMs } })),
    { kv: { password: "" } },
    { kv: { username: " " } },
    { port: 70_000 },
  ];
  for (const options of wrong) {
    await assert.rejects(
      startReferenceServer(options),
      (error) => error instanceof RangeError || error instanceof TypeError,
    );
  }
  await using server = await startReferenceServer();
  await assert.rejects(server.close({ drainMs: Number.NaN }), RangeError);
});

test("startReferenceServer() says when it cannot listen", async () => {
  await using server = await startReferenceServer();
  await assert.rejects(startReferenceServer({ port: portOf(server) }), { code: "EADDRINUSE" });
});

test("startReferenceServer() gives a token the lifetime that is asked for, and refuses it afterwards", async (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: 1_700_000_000_000 });
  await using server = await startReferenceServer({ kv: { tokenLifetimeMs: 1_500 } });
  const stub = createClient(ScoriaDB, server.kv.transport);
  const { jwtToken } = await stub.authenticate({ username: "admin", password: "admin" });
  const headers = { authorization: `Bearer ${jwtToken}` };
  context.mock.timers.tick(1_499);
  assert.equal((await stub.get({}, { headers })).found, false);
  context.mock.timers.tick(1);
  await assert.rejects(stub.get({}, { headers }), { code: Code.Unauthenticated, rawMessage: "invalid token" });
});
