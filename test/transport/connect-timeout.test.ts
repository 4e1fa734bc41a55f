import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { Code, ConnectError, createClient } from "@connectrpc/connect";
import { createFastGrpcTransport, neverSent } from "@pumice/grpc-transport";
import { Echo } from "./echo-service.js";

const hello = { value: Buffer.from("hello") };

for (const scheme of ["http", "https"]) {
  test(`createFastGrpcTransport() gives up a ${scheme}: server that is silent, and connects again`, async () => {
    await using server = await startSilentServer();
    const transport = createFastGrpcTransport({
      baseUrl: `${scheme}://127.0.0.1:${server.port}`,
      connectTimeoutMs: 50,
      nodeOptions: { rejectUnauthorized: false },
    });
    const client = createClient(Echo, transport);
    for (let connections = 1; connections <= 2; connections++) {
      const calls = Array.from({ length: 3 }, () => client.unary(hello, { timeoutMs: 5000 }).catch((error) => error));
      const errors = await Promise.all(calls);
      for (const error of errors) {
        assert.ok(error instanceof ConnectError, String(error));
        assert.equal(error.code, Code.Unavailable);
        assert.match(error.rawMessage, /^Cannot connect to 127\.0\.0\.1:\d+: no \w+ .*within 50 ms$/);
      }
      // Over TCP alone, one call may be opened before SETTINGS come; the server might have read it.
      assert.deepEqual(
        errors.map((error) => neverSent in error),
        [scheme === "https", true, true],
      );
      assert.equal(server.accepted(), connections);
    }
    transport.close();
  });
}

test("createFastGrpcTransport() waits for ever with an infinite connectTimeoutMs", async () => {
  await using server = await startSilentServer();
  const transport = createFastGrpcTransport({
    baseUrl: `http://127.0.0.1:${server.port}`,
    connectTimeoutMs: Number.POSITIVE_INFINITY,
  });
  const call = createClient(Echo, transport).unary(hello, { timeoutMs: 50 });
  await assert.rejects(call, { code: Code.DeadlineExceeded });
  transport.close();
});

test("createFastGrpcTransport() gives up a silent server also when no call waits any more", async () => {
  await using server = await startSilentServer();
  const transport = createFastGrpcTransport({ baseUrl: `http://127.0.0.1:${server.port}`, connectTimeoutMs: 100 });
  const client = createClient(Echo, transport);
  await assert.rejects(client.unary(hello, { timeoutMs: 20 }), { code: Code.DeadlineExceeded });
  await server.empty();
  await assert.rejects(client.unary(hello), { code: Code.Unavailable });
  assert.equal(server.accepted(), 2);
});

/** Accepts, and says nothing. */
async function startSilentServer() {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer((socket) => {
    accepted++;
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    socket.resume();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    accepted: () => accepted,
    /** When all clients have gone. */
    empty: () => Promise.all([...sockets].map((socket) => once(socket, "close"))),
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
