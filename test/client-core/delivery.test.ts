import assert from "node:assert/strict";
import { once } from "node:events";
import * as http from "node:http";
import * as http2 from "node:http2";
import * as net from "node:net";
import { test } from "node:test";
import { ConnectError, createClient, createRouterTransport, type Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { createGrpcWebTransport, createConnectTransport as createWebConnectTransport } from "@connectrpc/connect-web";
import { deliveryOf, isLostConnection } from "@pumice/client-core";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { startReferenceServer } from "@pumice/reference-server";
import { ScoriaDB } from "@pumice/stubs/scoriadb";

const http2Transports: Readonly<Record<string, (baseUrl: string) => Transport>> = {
  "grpc-transport": (baseUrl) => createFastGrpcTransport({ baseUrl }),
  "connect-node, gRPC": (baseUrl) => createGrpcTransport({ baseUrl }),
  "connect-node, Connect": (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2" }),
};
const transports: Readonly<Record<string, (baseUrl: string) => Transport>> = {
  ...http2Transports,
  "connect-node, HTTP/1.1": (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" }),
  "connect-web, gRPC-Web": (baseUrl) => createGrpcWebTransport({ baseUrl }),
  "connect-web, Connect": (baseUrl) => createWebConnectTransport({ baseUrl }),
};

/** What a unary call and a stream fail with. */
async function failures(transport: Transport): Promise<ConnectError[]> {
  const stub = createClient(ScoriaDB, transport);
  const scan = async () => {
    for await (const _ of stub.scan({}));
  };
  return Promise.all([stub.get({}), scan()].map((call) => call.then(() => assert.fail(), ConnectError.from)));
}

async function listening(server: net.Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as net.AddressInfo;
  return `http://127.0.0.1:${port}`;
}

for (const [name, connect] of Object.entries(transports)) {
  test(`deliveryOf() says answered of what a server answers, over ${name}`, async () => {
    await using server = await startReferenceServer();
    for (const error of await failures(connect(server.kv.url))) assert.equal(deliveryOf(error), "answered");
  });

  test(`deliveryOf() says never sent when the connection is refused, over ${name}`, async () => {
    const free = net.createServer();
    const url = await listening(free);
    free.close();
    for (const error of await failures(connect(url))) assert.equal(deliveryOf(error), "never sent");
  });

  test(`deliveryOf() says unknown of a connection that is reset or ended after the request, over ${name}`, async () => {
    for (const end of ["resetAndDestroy", "end"] as const) {
      const sockets = new Set<net.Socket>();
      const breakAll = () => {
        for (const socket of sockets) socket[end]();
      };
      const server = name in http2Transports ? http2.createServer() : http.createServer();
      server.on("connection", (socket: net.Socket) => sockets.add(socket.on("error", () => undefined)));
      server.on("stream", (stream: http2.ServerHttp2Stream) => stream.on("error", () => undefined));
      server.on("request", breakAll);
      const errors = await failures(connect(await listening(server)));
      for (const socket of sockets) socket.destroy();
      server.close();
      for (const error of errors) {
        assert.equal(deliveryOf(error), "unknown");
        assert.ok(isLostConnection(error), error.message);
      }
    }
  });
}

for (const [name, connect] of Object.entries(http2Transports)) {
  test(`deliveryOf() says never sent of a refused stream, over ${name}`, async () => {
    const server = http2.createServer();
    const sessions = new Set<http2.ServerHttp2Session>();
    server.on("session", (session) => sessions.add(session));
    server.on("stream", (stream) => {
      stream.on("error", () => undefined);
      stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
    });
    for (const error of await failures(connect(await listening(server)))) {
      assert.equal(deliveryOf(error), "never sent");
      assert.ok(isLostConnection(error));
    }
    for (const session of sessions) session.destroy();
    server.close();
  });
}

test("deliveryOf() says answered of what a server in the same process answers", async () => {
  const transport = createRouterTransport(({ service }) => service(ScoriaDB, {}));
  for (const error of await failures(transport)) assert.equal(deliveryOf(error), "answered");
});
