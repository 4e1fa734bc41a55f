import { after } from "node:test";
import type { Transport } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { createGrpcWebTransport, createConnectTransport as createWebConnectTransport } from "@connectrpc/connect-web";
import { errorResponseDetails, withExactFetchErrors, withExactSessionErrors } from "@pumice/events-client";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { createReferenceServices, startReferenceServer } from "@pumice/reference-server";
import { stockGrpcTransport } from "../support/stock-grpc-transport.js";
import { eventsSuite } from "./events-suite.js";

const server = await startReferenceServer({ events: { conflictText: "dump" } });
const { url: baseUrl } = server.events;
const inProcess = createReferenceServices();
after(() => server.close());

const transports: Readonly<Record<string, () => Transport>> = {
  gRPC: () => createFastGrpcTransport({ baseUrl, translateStatusDetails: errorResponseDetails }),
  "gRPC without a hook": () => createFastGrpcTransport({ baseUrl }),
  "gRPC by connect-node, its HTTP client wrapped": () => stockGrpcTransport(baseUrl),
  "gRPC by connect-node, its sessions wrapped": () =>
    createGrpcTransport({ baseUrl, sessionManager: withExactSessionErrors(new Http2SessionManager(baseUrl)) }),
  "gRPC-Web by fetch": () => createGrpcWebTransport({ baseUrl, fetch: withExactFetchErrors() }),
  "Connect by fetch": () => createWebConnectTransport({ baseUrl, useBinaryFormat: true }),
  "Connect over HTTP/2": () => createConnectTransport({ baseUrl, httpVersion: "2" }),
  "in process": () => inProcess.events.transport,
};
for (const [name, transport] of Object.entries(transports)) {
  eventsSuite({ name: `the reference store, ${name}`, transport });
}
