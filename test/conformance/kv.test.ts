import { after } from "node:test";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { createGrpcWebTransport, createConnectTransport as createWebConnectTransport } from "@connectrpc/connect-web";
import { createReferenceServices, startReferenceServer } from "@pumice/reference-server";
import { kvSuite } from "./kv-suite.js";

const server = await startReferenceServer();
const { url: baseUrl, username, password } = server.kv;
const inProcess = createReferenceServices();
after(() => server.close());

kvSuite({ name: "reference, gRPC", username, password, transport: () => createGrpcTransport({ baseUrl }) });
kvSuite({
  name: "reference, gRPC-Web by fetch",
  username,
  password,
  transport: () => createGrpcWebTransport({ baseUrl }),
});
kvSuite({
  name: "reference, Connect by fetch",
  username,
  password,
  transport: () => createWebConnectTransport({ baseUrl, useBinaryFormat: true }),
});
kvSuite({
  name: "reference, Connect over HTTP/2",
  username,
  password,
  transport: () => createConnectTransport({ baseUrl, httpVersion: "2" }),
});
kvSuite({ name: "reference, in process", username, password, transport: () => inProcess.kv.transport });
