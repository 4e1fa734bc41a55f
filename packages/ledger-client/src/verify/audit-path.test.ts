import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "../sha256.node.js";
import { rootOfAuditPath } from "./audit-path.js";
import { leafHash, nodeHash } from "./merkle-hash.js";

const [first, second, third] = [1, 2, 3].map((byte) => leafHash(sha256, Uint8Array.of(byte)));

test("rootOfAuditPath() leads from each leaf of an uneven tree to its root", () => {
  assert.ok(first && second && third);
  const left = nodeHash(sha256, first, second);
  const root = nodeHash(sha256, left, third);
  const rootFrom = (leaf: Uint8Array, leafIndex: bigint, terms: Uint8Array[]) =>
    rootOfAuditPath(sha256, leaf, { leafIndex, lastIndex: 2n, terms });
  assert.deepEqual(rootFrom(first, 0n, [second, third]), root);
  assert.deepEqual(rootFrom(second, 1n, [first, third]), root);
  assert.deepEqual(rootFrom(third, 2n, [left]), root);
});

test("rootOfAuditPath() is undefined for the path of another place, though its hashes lead to the root", () => {
  assert.ok(first && second && third);
  const terms = [nodeHash(sha256, first, second)];
  assert.equal(rootOfAuditPath(sha256, third, { leafIndex: 1n, lastIndex: 2n, terms }), undefined);
});
