import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import http2 from "node:http2";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { neverSent } from "@pumice/grpc-transport";
import { answer, grpcHeaders, startEchoServer, startRawServer } from "./start-server.js";

const hello = { value: new Uint8Array([1]) };
const passOn: Interceptor = (next) => (request) => next(request);

test("nothing is sent for a call whose deadline has passed in an interceptor", async () => {
  let received = 0;
  await using server = await startRawServer((stream) => {
    received++;
    answer(stream);
  });
  const slow: Interceptor = (next) => async (request) => {
    await sleep(100);
    return next(request);
  };
  const client = server.client({ interceptors: [slow] });
  await assert.rejects(client.unary(hello, { timeoutMs: 30 }), { code: Code.DeadlineExceeded });
  await sleep(150);
  assert.equal(received, 0);
});

test("an interceptor that repeats a call stops at its deadline", async () => {
  let received = 0;
  await using server = await startRawServer((stream) => {
    received++;
    stream.respond({ ...grpcHeaders, "grpc-status": "14" }, { endStream: true });
  });
  const stubborn: Interceptor = (next) => async (request) => {
    for (;;) {
      try {
        return await next(request);
      } catch (error) {
        if (ConnectError.from(error).code !== Code.Unavailable) throw error;
        await sleep(5);
      }
    }
  };
  const client = server.client({ interceptors: [stubborn] });
  await assert.rejects(client.unary(hello, { timeoutMs: 100 }), { code: Code.DeadlineExceeded });
  await sleep(20);
  const atDeadline = received;
  await sleep(150);
  assert.equal(received, atDeadline);
});

for (const kind of ["unary", "serverStream"] as const) {
  test(`an interceptor that gives a ${kind} call up cancels it on the wire`, async () => {
    const resets: number[] = [];
    await using server = await startRawServer((stream) => {
      stream.on("close", () => resets.push(stream.rstCode));
      stream.respond(grpcHeaders);
    });
    const impatient: Interceptor = (next) => (request) =>
      Promise.race([next(request), sleep(50).then(() => Promise.reject(new ConnectError("enough", Code.Aborted)))]);
    const throwing: Interceptor = (next) => async (request) => {
      await next(request);
      throw new ConnectError("enough", Code.Aborted);
    };
    const client = server.client({ interceptors: [kind === "unary" ? impatient : throwing] });
    const call = async () => {
      if (kind === "unary") return void (await client.unary(hello));
      for await (const _ of client.serverStream(hello));
    };
    await assert.rejects(call, { code: Code.Aborted });
    while (resets.length === 0) await sleep(5);
    assert.deepEqual(resets, [http2.constants.NGHTTP2_CANCEL]);
  });
}

test("streams that were not read to their end leave no listener, also behind an interceptor that copies the request", async () => {
  await using server = await startEchoServer();
  const copying: Interceptor = (next) => (request) => next({ ...request });
  const client = server.client({ interceptors: [copying] });
  const { signal } = new AbortController();
  for (let i = 0; i < 20; i++) {
    for await (const _ of client.serverStream({ value: new Uint8Array([2]) }, { signal, timeoutMs: 60_000 })) break;
  }
  while (getEventListeners(signal, "abort").length > 0) await sleep(5);
});

for (const [path, interceptors] of [
  ["directly", []],
  ["behind an interceptor", [passOn]],
] as const) {
  test(`a stream that is aborted between its end and its reading is cancelled, ${path}`, async () => {
    await using server = await startEchoServer();
    const controller = new AbortController();
    const { signal } = controller;
    const call = server
      .client({ interceptors: [...interceptors] })
      .serverStream({ value: Uint8Array.of(3) }, { signal });
    const messages = call[Symbol.asyncIterator]();
    await messages.next();
    while (getEventListeners(signal, "abort").length > 0) await sleep(5); // all of it has come
    controller.abort();
    await assert.rejects(messages.next(), { code: Code.Canceled });
    assert.equal((await messages.next()).done, true);
  });
}

test("the never-sent mark of one call's error does not pass to another that was sent", async () => {
  await using server = await startRawServer((stream) => void stream.respond(grpcHeaders));
  const marked = Object.defineProperty(new ConnectError("refused", Code.Unavailable), neverSent, { value: true });
  const client = server.client();

  const controller = new AbortController();
  const running = client.unary(hello, { signal: controller.signal });
  await sleep(50);
  controller.abort(marked);
  const aborted = await running.catch((error: unknown) => error);
  assert.ok(aborted instanceof ConnectError && !(neverSent in aborted));
  assert.equal(aborted.rawMessage, "refused");

  const failing = client.clientStream(
    (async function* () {
      yield hello;
      await sleep(50);
      throw marked;
    })(),
  );
  const failed = await failing.catch((error: unknown) => error);
  assert.ok(failed instanceof ConnectError && !(neverSent in failed));
});

test("a reader that never comes back holds empty messages back, too", async () => {
  let written = 0;
  await using server = await startRawServer((stream) => {
    stream.respond(grpcHeaders);
    const thousand = Buffer.alloc(5000);
    const write = () => {
      while (written < 20_000_000 && stream.write(thousand)) written += thousand.length;
    };
    stream.on("drain", write);
    write();
  });
  const client = server.client();
  const messages = client.serverStream(hello)[Symbol.asyncIterator]();
  await messages.next();
  await sleep(500);
  assert.ok(written < 3_000_000, `${written} bytes were taken`);
});

test("TLS options that cannot be used fail a stream as they fail a unary call", async () => {
  await using server = await startEchoServer();
  const client = server.client({ baseUrl: server.url.replace("http:", "https:"), nodeOptions: { cert: "garbage" } });
  const { signal } = new AbortController();
  await assert.rejects(client.unary(hello, { signal }), ConnectError);
  await assert.rejects(async () => {
    for await (const _ of client.serverStream(hello, { signal }));
  }, ConnectError);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});
