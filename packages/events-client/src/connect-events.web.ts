import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { type ConnectEvents, connectEventsWith } from "./connect-events.js";
import { withExactFetchErrors } from "./exact-fetch.js";

/** Connects to an UmaDB server behind something that speaks gRPC-Web, as browsers do. */
export const connectEvents: ConnectEvents = connectEventsWith((baseUrl) => ({
  transport: createGrpcWebTransport({ baseUrl, fetch: withExactFetchErrors() }),
  close: () => undefined, // fetch owns its connections
}));
