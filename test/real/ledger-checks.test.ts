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

test("the checks accept what immudb 1.11.1 proves and signs, in transactions with metadata, and no other key", async () => {
  await using immudb = await startImmudb({ signingKey, logRequestMetadata: true });
  const transport = createFastGrpcTransport({ baseUrl: immudb.url, defaultTimeoutMs: 20_000 });
  try {
    const { ledger } = createReferenceServices({ ledger: { signingKey } });
    const [real, ours] = [await checkedCalls(transport, ofKey), await checkedCalls(ledger.transport, ofKey)];
    assert.deepEqual(real.signers, ours.signers);
    assert.equal(new Set(real.signers).size, 1);
    for (const part of [/usr.?immudb/, /ip.?127/]) assert.match(real.txMetadata, part); // in either order
    const ofStranger: VerifySignature = (message, signature) => verify("sha256", message, stranger, signature);
    await assert.rejects(
      checkedCalls(transport, ofStranger),
      (error) => error instanceof VerificationError && error.step === "signature",
    );
  } finally {
    transport.close();
  }
});

/** What came with the answers to one call of each kind that is signed. */
interface SeenInCalls {
  /** The public keys beside the signatures, in hexadecimal. */
  readonly signers: readonly string[];
  /** What the header of the written transaction holds besides. */
  readonly txMetadata: string;
}

/** Makes one call of each kind that is signed, and checks its answer. */
async function checkedCalls(transport: Transport, verifySignature: VerifySignature): Promise<SeenInCalls> {
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
  return {
    signers: [
      check("CurrentState", { state: trusted, signature: trusted.signature }),
      check("VerifiableSet", { state, signature: set.signature }),
      check("VerifiableGet", { state: got.state, signature: get.verifiableTx?.signature }),
      check("VerifiableTxById", { state: tx.state, signature: byId.signature }),
    ],
    txMetadata: Buffer.from(set.tx?.header?.metadata?.extra ?? []).toString("latin1"),
  };
}
