import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, test } from "node:test";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { connectLedger, memoryStateStore } from "@pumice/ledger-client";
import { verifiedFacts } from "../conformance/ledger/verified-facts.js";
import { ledgerSuite } from "../conformance/ledger-suite.js";
import { startImmudb } from "../support/immudb.js";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const signingKey = String(privateKey.export({ format: "pem", type: "sec1" }));
const publicPem = String(publicKey.export({ format: "pem", type: "spki" }));

const unsigned = await startImmudb();
const signed = await startImmudb({ signingKey });
after(() => Promise.all([unsigned[Symbol.asyncDispose](), signed[Symbol.asyncDispose]()]));
const user = { username: "immudb", password: "immudb" };

ledgerSuite({ ...user, name: "immudb", transport: () => createFastGrpcTransport({ baseUrl: unsigned.url }) });
ledgerSuite(
  {
    ...user,
    name: "immudb with a signing key",
    transport: () => createFastGrpcTransport({ baseUrl: signed.url }),
    publicKey: publicPem,
  },
  [verifiedFacts],
);

test("a client that wants signatures refuses an immudb that does not sign", { timeout: 60_000 }, async () => {
  await using ledger = connectLedger(unsigned.url, { ...user, publicKey: publicPem, stateStore: memoryStateStore() });
  await assert.rejects(ledger.verifiedGet("key"), { kind: "verification", step: "signature" });
});

test("a client goes on over a restart of immudb, and so does what it trusts", { timeout: 60_000 }, async () => {
  await using server = await startImmudb();
  const stateStore = memoryStateStore();
  await using ledger = connectLedger(server.url, { ...user, stateStore });
  await ledger.verifiedSet("key", "before");
  const before = await ledger.trustedState();
  await server.restart();
  assert.equal((await ledger.get("key"))?.text(), "before");
  assert.deepEqual(await ledger.trustedState(), before);
  await server.restart();
  await ledger.verifiedSet("key", "after");
  assert.equal((await ledger.verifiedGet("key", { atTx: before.txId }))?.text(), "before");
  await server.restart();
  assert.deepEqual(
    (await ledger.history("key").toArray()).map((version) => version.text()),
    ["before", "after"],
  );
});
