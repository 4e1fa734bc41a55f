import assert from "node:assert/strict";
import { generateKeyPairSync, verify } from "node:crypto";
import { test } from "node:test";
import { createClient, type Transport } from "@connectrpc/connect";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { sha256 } from "@pumice/ledger-client/node";
import {
  checkSignedState,
  checkVerifiableGet,
  checkVerifiableSet,
  checkVerifiableTx,
  VerificationError,
  type VerifySignature,
} from "@pumice/ledger-client/verify";
import { createReferenceServices } from "@pumice/reference-server";
import { ImmuService } from "@pumice/stubs/immudb";
import { startImmudb } from "../support/immudb.js";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const signingKey = String(privateKey.export({ format: "pem", type: "sec1" }));
const ofKey = (message: Uint8Array, signature: Uint8Array) => verify("sha256", message, publicKey, signature);
const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey;

test("checkSignedState() accepts what immudb 1.11.1 signs, with the reference ledger's public key, and no other key", async () => {
  await using immudb = await startImmudb({ signingKey });
  const transport = createFastGrpcTransport({ baseUrl: immudb.url, defaultTimeoutMs: 20_000 });
  try {
    const ours = await signers(createReferenceServices({ ledger: { signingKey } }).ledger.transport, ofKey);
    assert.deepEqual(await signers(transport, ofKey), ours);
    assert.equal(new Set(ours).size, 1);
    const ofStranger: VerifySignature = (message, signature) => verify("sha256", message, stranger, signature);
    await assert.rejects(
      signers(transport, ofStranger),
      (error) => error instanceof VerificationError && error.step === "signature",
    );
  } finally {
    transport.close();
  }
});

/** Makes one call of each kind that is signed, checks it, and gives the public keys that came with the signatures. */
async function signers(transport: Transport, verifySignature: VerifySignature): Promise<string[]> {
  const client = createClient(ImmuService, transport);
  const [name, key] = [Buffer.from("immudb"), Buffer.from("key")];
  const database = "defaultdb";
  const { sessionID } = await client.openSession({ username: name, password: name, databaseName: database });
  const options = { headers: { sessionid: sessionID } };
  const check = (
    rpc: string,
    { state, signature }: Pick<Parameters<typeof checkSignedState>[0], "state" | "signature">,
  ) => {
    checkSignedState({ rpc, database, state, signature }, verifySignature);
    return Buffer.from(signature?.publicKey ?? []).toString("hex");
  };

  const trusted = await client.currentState({}, options);
  const written = [{ key, value: Buffer.from("value") }];
  const proveSinceTx = trusted.txId;
  const set = await client.verifiableSet({ setRequest: { KVs: written }, proveSinceTx }, options);
  const { state, transaction } = checkVerifiableSet(set, { trusted, sha256, written });
  const requested = { key, atTx: 0n };
  const get = await client.verifiableGet({ keyRequest: requested, proveSinceTx: state.txId }, options);
  const got = checkVerifiableGet(get, { trusted: state, sha256, requested });
  const byId = await client.verifiableTxById({ tx: transaction.id, proveSinceTx: state.txId }, options);
  const tx = checkVerifiableTx(byId, { trusted: state, sha256, txId: transaction.id });
  return [
    check("CurrentState", { state: trusted, signature: trusted.signature }),
    check("VerifiableSet", { state, signature: set.signature }),
    check("VerifiableGet", { state: got.state, signature: get.verifiableTx?.signature }),
    check("VerifiableTxById", { state: tx.state, signature: byId.signature }),
  ];
}
