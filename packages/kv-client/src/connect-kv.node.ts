import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { type ConnectKv, connectKvWith } from "./connect-kv.js";

/** Connects to a ScoriaDB server: a URL is spoken to in gRPC over HTTP/2. */
export const connectKv: ConnectKv = connectKvWith((baseUrl) => {
  const transport = createFastGrpcTransport({ baseUrl });
  return { transport, close: () => transport.close() };
});
