import assert from "node:assert/strict";
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { SignatureSchema } from "@pumice/stubs/immudb";
import { checkSignedState, signedStateBytes } from "./signed-state.js";
import { VerificationError } from "./verification-error.js";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const state = { txId: 258n, txHash: new Uint8Array(32).fill(7) };
const signature = create(SignatureSchema, { signature: sign("sha256", signedStateBytes("db", state), privateKey) });
const verifyWithKey = (message: Uint8Array, der: Uint8Array) => verify("sha256", message, publicKey, der);

test("signedStateBytes() holds the name with its length in bytes, the transaction and the hash", () => {
  const hex = Buffer.from(signedStateBytes("é", state)).toString("hex");
  assert.equal(hex, `00000002c3a90000000000000102${"07".repeat(32)}`);
});

test("checkSignedState() accepts the configured key's signature", () => {
  checkSignedState({ database: "db", state, signature, rpc: "CurrentState" }, verifyWithKey);
});

test("checkSignedState() refuses a missing signature, and one of another state or database", () => {
  const wrong = [
    { database: "db", state, signature: undefined },
    { database: "db2", state, signature },
    { database: "db", state: { ...state, txId: 259n }, signature },
  ];
  for (const answer of wrong) {
    assert.throws(
      () => checkSignedState({ ...answer, rpc: "CurrentState" }, verifyWithKey),
      (error) => error instanceof VerificationError && error.step === "signature" && /CurrentState/.test(error.rpc),
    );
  }
});
