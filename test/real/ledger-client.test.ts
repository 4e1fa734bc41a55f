import { generateKeyPairSync } from "node:crypto";
import { after } from "node:test";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { ledgerSuite } from "../conformance/ledger-suite.js";
import { startImmudb } from "../support/immudb.js";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const signingKey = String(privateKey.export({ format: "pem", type: "sec1" }));
const publicPem = String(publicKey.export({ format: "pem", type: "spki" }));

for (const isSigned of [false, true]) {
  const server = await startImmudb(isSigned ? { signingKey } : {});
  after(() => server[Symbol.asyncDispose]());
  ledgerSuite({
    name: `immudb ${isSigned ? "with" : "without"} a signing key`,
    username: "immudb",
    password: "immudb",
    transport: () => createFastGrpcTransport({ baseUrl: server.url }),
    publicKey: isSigned ? publicPem : undefined,
  });
}
