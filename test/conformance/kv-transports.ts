import type { Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport as createNodeGrpcWebTransport,
} from "@connectrpc/connect-node";
import { createGrpcWebTransport, createConnectTransport as createWebConnectTransport } from "@connectrpc/connect-web";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import type { ReferenceServer } from "@pumice/reference-server";

/** Every way to a reference server. */
export function kvTransports({
  url: baseUrl,
  transport,
}: ReferenceServer["kv"]): Readonly<Record<string, () => Transport>> {
  return {
    gRPC: () => createFastGrpcTransport({ baseUrl }),
    "gRPC by connect-node": () => createGrpcTransport({ baseUrl }),
    "gRPC-Web by fetch": () => createGrpcWebTransport({ baseUrl }),
    "gRPC-Web over HTTP/1.1": () => createNodeGrpcWebTransport({ baseUrl, httpVersion: "1.1" }),
    "gRPC-Web over HTTP/2": () => createNodeGrpcWebTransport({ baseUrl, httpVersion: "2" }),
    "Connect by fetch": () => createWebConnectTransport({ baseUrl, useBinaryFormat: true }),
    "Connect over HTTP/1.1": () => createConnectTransport({ baseUrl, httpVersion: "1.1" }),
    "Connect over HTTP/2": () => createConnectTransport({ baseUrl, httpVersion: "2" }),
    "in process": () => transport,
  };
}
