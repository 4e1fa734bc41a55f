import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../sha256.node.js";
import { concatBytes } from "./bytes.js";
import { entryDigest } from "./entry-digest.js";

const key = new Uint8Array([0, 107]);
const valueHash = sha256(new Uint8Array([0, 118]));
const plain = { key, valueHash, metadata: undefined };
const expiring = { ...plain, metadata: { deleted: true, expiresAt: 258n, nonIndexable: true } };

test("entryDigest() of version 0 covers key and hash of the value", () => {
  assert.deepEqual(entryDigest(sha256, 0, plain), sha256(concatBytes(key, valueHash)));
});

test("entryDigest() of version 1 covers metadata and the lengths too", () => {
  const noMetadata = concatBytes(new Uint8Array([0, 0, 0, 2]), key, valueHash);
  assert.deepEqual(entryDigest(sha256, 1, plain), sha256(noMetadata));
  const attributes = [0, 1, 0, 0, 0, 0, 0, 0, 1, 2, 2];
  const withMetadata = concatBytes(new Uint8Array([0, 11, ...attributes, 0, 2]), key, valueHash);
  assert.deepEqual(entryDigest(sha256, 1, expiring), sha256(withMetadata));
});

test("entryDigest() has none for an unknown version, for metadata in version 0, for hashes of another length", () => {
  assert.equal(entryDigest(sha256, 2, plain), undefined);
  assert.equal(entryDigest(sha256, -1, plain), undefined);
  assert.equal(entryDigest(sha256, 0, expiring), undefined);
  assert.equal(entryDigest(sha256, 1, { ...plain, valueHash: valueHash.subarray(1) }), undefined);
  assert.equal(entryDigest(sha256, 1, { ...plain, key: new Uint8Array(65_536) }), undefined);
});
