import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { signatureCheck } from "./public-key.js";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pem = String(publicKey.export({ format: "pem", type: "spki" }));
const signed = (message: Uint8Array) => new Uint8Array(sign("sha256", message, privateKey));

test("signatureCheck() takes the key's signatures, whatever length their numbers have, and no others", async () => {
  const check = signatureCheck(pem);
  for (let index = 0; index < 300; index++) {
    const message = Uint8Array.of(index >> 8, index);
    const signature = signed(message);
    assert.equal(await check(message, signature), true);
    assert.equal(await check(Uint8Array.of(1, 2, 3), signature), false);
  }
});

test("signatureCheck() refuses signatures that are damaged", async () => {
  const check = signatureCheck(pem);
  const message = Uint8Array.of(1);
  const good = signed(message);
  assert.equal(await check(message, new Uint8Array()), false);
  assert.equal(await check(message, good.subarray(1)), false);
  assert.equal(await check(message, Uint8Array.of(...good, 0)), false);
  for (let index = 0; index < good.length; index++) {
    const damaged = Uint8Array.from(good, (byte, at) => (at === index ? byte ^ 1 : byte));
    assert.equal(await check(message, damaged), false, `byte ${index}`);
    assert.equal(await check(message, good.subarray(0, index)), false, `${index} bytes`);
  }
});

test("signatureCheck() wants a public key on P-256 in PEM", () => {
  const export_ = (curve: string) => {
    const { publicKey: other } = generateKeyPairSync("ec", { namedCurve: curve });
    return String(other.export({ format: "pem", type: "spki" }));
  };
  const ed25519 = String(generateKeyPairSync("ed25519").publicKey.export({ format: "pem", type: "spki" }));
  const own = String(privateKey.export({ format: "pem", type: "pkcs8" }));
  for (const wrong of ["", "key", export_("P-384"), export_("secp256k1"), ed25519, own, pem.slice(0, 60)]) {
    assert.throws(() => signatureCheck(wrong), /must be a public key on P-256 in PEM/);
  }
});
