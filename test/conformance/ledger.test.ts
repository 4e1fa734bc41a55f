import { generateKeyPairSync } from "node:crypto";
import { after } from "node:test";
import type { Transport } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { createReferenceServices, startReferenceServer } from "@pumice/reference-server";
import { ledgerSuite } from "./ledger-suite.js";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const signingKey = String(privateKey.export({ format: "pem", type: "pkcs8" }));
const publicPem = String(publicKey.export({ format: "pem", type: "spki" }));

const server = await startReferenceServer();
const { url: baseUrl, username, password } = server.ledger;
const signed = createReferenceServices({ ledger: { signingKey } });
after(() => server.close());

const transports: Readonly<Record<string, () => Transport>> = {
  gRPC: () => createFastGrpcTransport({ baseUrl }),
  "gRPC-Web by fetch": () => createGrpcWebTransport({ baseUrl }),
};
for (const [name, transport] of Object.entries(transports)) {
  ledgerSuite({ name: `the reference server, ${name}`, username, password, transport });
}
ledgerSuite({
  name: "the reference server, in process, with signed states",
  username,
  password,
  transport: () => signed.ledger.transport,
  publicKey: publicPem,
});
