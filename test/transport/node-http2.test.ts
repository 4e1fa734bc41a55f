import assert from "node:assert/strict";
import { constants } from "node:http2";
import { mock, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { neverSent } from "@pumice/grpc-transport";
import { startNodeEcho } from "../support/node-echo.js";
import { bytes, connectEcho, queue, transportSuite } from "../support/transport-suite.js";

// connect-node's adapter prints every call that a client breaks off.
mock.method(console, "error", () => undefined);

transportSuite({ name: "Node's http2", start: () => startNodeEcho() });
transportSuite({
  name: "a server whose stream windows begin at 1 KB",
  start: () => startNodeEcho({ initialWindowSize: 1024 }),
});

test("createFastGrpcTransport() makes calls one by one for a server that allows one stream", async () => {
  await using server = await startNodeEcho({ maxConcurrentStreams: 1 });
  using echo = connectEcho(server.url);
  await echo.unary({}); // its SETTINGS have arrived
  const answers = await Promise.all(Array.from({ length: 200 }, (_, size) => echo.unary({ value: bytes(size) })));
  assert.deepEqual(
    answers.map(({ value }) => value.length),
    Array.from({ length: 200 }, (_, size) => size),
  );
  assert.equal(server.mostStreams(), 1);
  assert.equal(server.sessions.length, 1);
});

test("createFastGrpcTransport() lets a call that waits for its turn end at its deadline", async () => {
  await using server = await startNodeEcho({ maxConcurrentStreams: 1 });
  using echo = connectEcho(server.url);
  await echo.unary({});
  const controller = new AbortController();
  const long = echo.unary({}, { headers: { "x-hang": "1" }, signal: controller.signal });
  const waiting = echo.unary({}, { timeoutMs: 100 });
  await assert.rejects(waiting, (error) => error instanceof ConnectError && error.code === Code.DeadlineExceeded);
  controller.abort();
  await assert.rejects(long, { code: Code.Canceled });
  await sleep(50); // Node 22's server counts a stream that was reset until it has closed it itself
  assert.equal((await echo.unary({ value: bytes(3) })).value.length, 3);
});

test("createFastGrpcTransport() resets calls that are cancelled or too late with CANCEL", async () => {
  await using server = await startNodeEcho();
  using echo = connectEcho(server.url);
  await assert.rejects(echo.unary({}, { headers: { "x-hang": "1" }, timeoutMs: 50 }), { code: Code.DeadlineExceeded });
  const controller = new AbortController();
  const requests = queue();
  requests.push({ value: bytes(1) });
  const responses = echo.bidi(requests, { signal: controller.signal })[Symbol.asyncIterator]();
  await responses.next();
  controller.abort();
  await assert.rejects(responses.next(), { code: Code.Canceled });
  while (server.resetCodes.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(server.resetCodes, [constants.NGHTTP2_CANCEL, constants.NGHTTP2_CANCEL]);
});

test("createFastGrpcTransport() finishes its streams after GOAWAY and makes the next call on a new connection", async () => {
  await using server = await startNodeEcho();
  using echo = connectEcho(server.url);
  const streams = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const requests = queue();
      requests.push({ value: bytes(1) });
      const responses = echo.bidi(requests)[Symbol.asyncIterator]();
      await responses.next();
      return { requests, responses };
    }),
  );
  server.sessions[0]?.close(); // GOAWAY, and the streams go on
  while (server.sessions.length < 2) {
    await echo.unary({}).catch((error: unknown) => {
      assert.ok(error instanceof ConnectError && neverSent in error); // it met the GOAWAY on the way
    });
  }
  for (const { requests, responses } of streams) {
    requests.push({ value: bytes(70_000) });
    assert.equal((await responses.next()).value?.value.length, 70_000);
    requests.end();
    assert.equal((await responses.next()).done, true);
  }
  await echo.unary({});
  assert.equal(server.sessions.length, 2);
});

test("createFastGrpcTransport() fails its calls when the server gives up the session, and connects again", async () => {
  await using server = await startNodeEcho();
  using echo = connectEcho(server.url);
  const hanging = Array.from({ length: 10 }, () => echo.unary({}, { headers: { "x-hang": "1" }, timeoutMs: 5000 }));
  while (server.mostStreams() < 10) await new Promise((resolve) => setTimeout(resolve, 5));
  server.sessions[0]?.destroy(undefined, constants.NGHTTP2_INTERNAL_ERROR);
  for (const result of await Promise.allSettled(hanging)) {
    assert.ok(result.status === "rejected" && result.reason instanceof ConnectError);
    assert.ok(result.reason.code !== Code.DeadlineExceeded && !(neverSent in result.reason));
  }
  assert.equal((await echo.unary({ value: bytes(5) })).value.length, 5);
  assert.equal(server.sessions.length, 2);
});

test("createFastGrpcTransport() loses no call while the server keeps closing its connections", async () => {
  await using server = await startNodeEcho();
  using echo = connectEcho(server.url);
  const closing = setInterval(() => {
    for (const session of server.sessions) if (!session.closed) session.close();
  }, 20);
  try {
    const call = async (): Promise<void> => {
      for (let round = 0; round < 100; round++) {
        await echo.unary({ value: bytes(round) }).catch((error: unknown) => {
          assert.ok(error instanceof ConnectError && error.code === Code.Unavailable && neverSent in error);
        });
      }
    };
    await Promise.all(Array.from({ length: 16 }, call));
  } finally {
    clearInterval(closing);
  }
  assert.ok(server.sessions.length > 1);
});
