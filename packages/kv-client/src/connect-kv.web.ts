import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { type ConnectKv, connectKvWith } from "./connect-kv.js";

/** Connects to a ScoriaDB server behind something that speaks gRPC-Web, as browsers do. */
export const connectKv: ConnectKv = connectKvWith((baseUrl) => ({
  transport: createGrpcWebTransport({ baseUrl }),
  close: () => undefined, // fetch owns its connections
}));
