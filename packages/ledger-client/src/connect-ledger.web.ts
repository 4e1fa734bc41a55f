import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { type ConnectLedger, connectLedgerWith } from "./connect-ledger.js";
import { sha256 } from "./sha256.web.js";

/** Connects to an immudb server behind something that speaks gRPC-Web, as browsers do. */
export const connectLedger: ConnectLedger = connectLedgerWith({
  openTransport(baseUrl, tls) {
    if (tls) throw new TypeError("Cannot connect: options.tls is for Node, a browser has certificates of its own");
    const transport = createGrpcWebTransport({ baseUrl });
    return { transport, close: () => undefined }; // fetch owns its connections
  },
  sha256,
});
