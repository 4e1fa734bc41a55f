import type { Transport } from "@connectrpc/connect";
import { createTransport } from "@connectrpc/connect/protocol-grpc";
import { createNodeHttpClient, Http2SessionManager } from "@connectrpc/connect-node";
import { withExactErrors } from "@pumice/events-client";

/** connect-node's gRPC transport with a wrapped HTTP client, put together as `createGrpcTransport()` does it. */
export function stockGrpcTransport(baseUrl: string): Transport {
  const sessions = new Http2SessionManager(baseUrl);
  return createTransport({
    baseUrl,
    httpClient: withExactErrors(createNodeHttpClient({ httpVersion: "2", sessionProvider: () => sessions })),
    useBinaryFormat: true,
    interceptors: [],
    acceptCompression: [],
    sendCompression: null,
    compressMinBytes: 1024,
    readMaxBytes: 0xffffffff,
    writeMaxBytes: 0xffffffff,
  });
}
