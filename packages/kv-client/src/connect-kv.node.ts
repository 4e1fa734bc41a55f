import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { type ConnectKv, connectKvWith } from "./connect-kv.js";

/** Connects to a ScoriaDB server: a URL is spoken to in gRPC over HTTP/2. */
export const connectKv: ConnectKv = connectKvWith((baseUrl) => {
  const sessionManager = new Http2SessionManager(baseUrl);
  return {
    transport: createGrpcTransport({ baseUrl, sessionManager }),
    close: () => sessionManager.abort(),
  };
});
