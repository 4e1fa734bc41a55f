import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { type ConnectKv, connectKvWith } from "./connect-kv.js";

/** Connects to a ScoriaDB server behind something that speaks gRPC-Web, as browsers do. */
export const connectKv: ConnectKv = connectKvWith((baseUrl, tls) => {
  if (tls) throw new TypeError("Cannot connect: options.tls is for Node, a browser has certificates of its own");
  const transport = createGrpcWebTransport({ baseUrl });
  return { transport, close: () => undefined }; // fetch owns its connections
});
