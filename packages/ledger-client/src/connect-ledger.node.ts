import { Buffer } from "node:buffer";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { type ConnectLedger, connectLedgerWith } from "./connect-ledger.js";
import type { LedgerTls } from "./ledger-options.js";
import { sha256 } from "./sha256.node.js";

/** Connects to an immudb server: a URL is spoken to in gRPC over HTTP/2. */
export const connectLedger: ConnectLedger = connectLedgerWith({
  openTransport(baseUrl, tls) {
    const transport = createFastGrpcTransport({ baseUrl, nodeOptions: tls && nodeTls(tls) });
    return { transport, close: () => transport.close() };
  },
  sha256,
});

/** Node's own names, without those that are not given: an undefined `ca` is not the same as none. */
function nodeTls(tls: LedgerTls): Record<string, string | Buffer> {
  const given = Object.entries({ ca: tls.ca, cert: tls.cert, key: tls.key });
  return Object.fromEntries(
    given.flatMap(([name, pem]) =>
      pem === undefined ? [] : [[name, typeof pem === "string" ? pem : Buffer.from(pem)]],
    ),
  );
}
