import { after } from "node:test";
import type { Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport as createNodeGrpcWebTransport,
} from "@connectrpc/connect-node";
import { createGrpcWebTransport, createConnectTransport as createWebConnectTransport } from "@connectrpc/connect-web";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { createReferenceServices, startReferenceServer } from "@pumice/reference-server";
import { kvSuite } from "./kv-suite.js";

const server = await startReferenceServer();
const { url: baseUrl, username, password } = server.kv;
const inProcess = createReferenceServices();
after(() => server.close());

const transports: Readonly<Record<string, () => Transport>> = {
  gRPC: () => createFastGrpcTransport({ baseUrl }),
  "gRPC by connect-node": () => createGrpcTransport({ baseUrl }),
  "gRPC-Web by fetch": () => createGrpcWebTransport({ baseUrl }),
  "gRPC-Web over HTTP/1.1": () => createNodeGrpcWebTransport({ baseUrl, httpVersion: "1.1" }),
  "gRPC-Web over HTTP/2": () => createNodeGrpcWebTransport({ baseUrl, httpVersion: "2" }),
  "Connect by fetch": () => createWebConnectTransport({ baseUrl, useBinaryFormat: true }),
  "Connect over HTTP/1.1": () => createConnectTransport({ baseUrl, httpVersion: "1.1" }),
  "Connect over HTTP/2": () => createConnectTransport({ baseUrl, httpVersion: "2" }),
  "in process": () => inProcess.kv.transport,
};
for (const [name, transport] of Object.entries(transports)) {
  kvSuite({ name: `the reference server, ${name}`, username, password, transport });
}
