import assert from "node:assert/strict";
import { once } from "node:events";
import * as http2 from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { test } from "node:test";
import { createClient, type Transport } from "@connectrpc/connect";
import { connectNodeAdapter, createGrpcTransport } from "@connectrpc/connect-node";
import { callInterceptors, type RetryOptions, withInterceptors } from "@pumice/client-core";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { ScoriaDB } from "@pumice/stubs/scoriadb";

const transports: Readonly<Record<string, (baseUrl: string) => Transport>> = {
  "grpc-transport": (baseUrl) => createFastGrpcTransport({ baseUrl }),
  "connect-node": (baseUrl) => createGrpcTransport({ baseUrl }),
};

/** A server on that port, or on a free one. */
async function startServer(port = 0) {
  const sockets = new Set<Socket>();
  const server = http2.createServer(
    connectNodeAdapter({
      routes: ({ service }) => {
        service(ScoriaDB, {
          get: () => ({ found: true }),
          put: () => ({ commitTs: 1n }),
          async *scan() {
            yield { key: new Uint8Array([1]) };
          },
        });
      },
    }),
  );
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

for (const [name, connect] of Object.entries(transports)) {
  test(`retryInterceptor() finds a server that went away and came back, also for calls that may not be repeated, over ${name}`, async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", onUnhandled);
    let server = await startServer();
    const { port } = server;
    let returned: Promise<void> | undefined;
    const retry: RetryOptions = {
      baseDelayMs: 50,
      random: () => 0.999,
      onRetry: () => {
        returned ??= startServer(port).then((back) => {
          server = back;
        });
      },
    };
    const newStub = () =>
      createClient(ScoriaDB, withInterceptors(connect(`http://127.0.0.1:${port}`), callInterceptors({ retry })));
    const stub = newStub();
    const calls = {
      get: () => stub.get({}),
      put: () => newStub().put({}), // its first attempt finds no server, so it was never sent
      scan: async () => {
        let rows = 0;
        for await (const _ of stub.scan({})) rows += 1;
        assert.equal(rows, 1);
      },
    };
    for (const call of Object.values(calls)) {
      await stub.get({});
      await server.stop();
      returned = undefined;
      await call();
      await returned;
    }
    await server.stop();
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", onUnhandled);
    assert.deepEqual(unhandled, []);
  });
}
