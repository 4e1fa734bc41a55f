import { Buffer } from "node:buffer";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { type ConnectEvents, connectEventsWith } from "./connect-events.js";
import { errorResponseDetails } from "./error-response-details.js";
import type { EventsTls } from "./events-options.js";

/** Connects to an UmaDB server: a URL is spoken to in gRPC over HTTP/2. */
export const connectEvents: ConnectEvents = connectEventsWith((baseUrl, options) => {
  const { tls, pingIntervalMs = 10_000, pingTimeoutMs = 5000 } = options;
  const transport = createFastGrpcTransport({
    baseUrl,
    pingIntervalMs,
    pingTimeoutMs,
    nodeOptions: tls && nodeTls(tls),
    acceptCompression: [], // UmaDB has none
    translateStatusDetails: errorResponseDetails,
  });
  return { transport, close: () => transport.close() };
});

/** Node's own names, without those that are not given: an undefined `ca` is not the same as none. */
function nodeTls(tls: EventsTls): Record<string, string | Buffer> {
  const given = Object.entries({ ca: tls.ca, cert: tls.cert, key: tls.key });
  return Object.fromEntries(
    given.flatMap(([name, pem]) =>
      pem === undefined ? [] : [[name, typeof pem === "string" ? pem : Buffer.from(pem)]],
    ),
  );
}
