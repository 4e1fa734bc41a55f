import { Buffer } from "node:buffer";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { type ConnectKv, connectKvWith } from "./connect-kv.js";
import type { KvTls } from "./kv-options.js";

/** Connects to a ScoriaDB server: a URL is spoken to in gRPC over HTTP/2. */
export const connectKv: ConnectKv = connectKvWith((baseUrl, tls) => {
  const transport = createFastGrpcTransport({ baseUrl, nodeOptions: tls && nodeTls(tls) });
  return { transport, close: () => transport.close() };
});

/** Node's own names, without those that are not given: an undefined `ca` is not the same as none. */
function nodeTls(tls: KvTls): Record<string, string | Buffer> {
  const given = Object.entries({ ca: tls.ca, cert: tls.cert, key: tls.key });
  return Object.fromEntries(
    given.flatMap(([name, pem]) =>
      pem === undefined ? [] : [[name, typeof pem === "string" ? pem : Buffer.from(pem)]],
    ),
  );
}
