import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { LinearProofSchema } from "@pumice/stubs/immudb";
import { sha256 } from "../sha256.node.js";
import { chainedHash } from "./accumulated-hash.js";
import { isLinearlyLinked } from "./linear-proof.js";

const start = sha256(new Uint8Array([1]));
const inner = [2, 3].map((byte) => sha256(new Uint8Array([byte])));
const states = [{ txId: 5n, txHash: start }];
for (const each of inner) {
  const { txId, txHash } = states.at(-1) ?? { txId: 0n, txHash: start };
  states.push({ txId: txId + 1n, txHash: chainedHash(sha256, { txId: txId + 1n, previous: txHash, inner: each }) });
}
const [from, , to] = states;
const terms = [start, ...inner];

function isLinked(changes: { sourceTxId?: bigint; TargetTxId?: bigint; terms?: Uint8Array[] }): boolean {
  assert.ok(from && to);
  const proof = create(LinearProofSchema, { sourceTxId: 5n, TargetTxId: 7n, terms, ...changes });
  return isLinearlyLinked(sha256, proof, { from, to });
}

test("isLinearlyLinked() holds for a chain, and for a transaction with itself", () => {
  assert.ok(isLinked({}));
  assert.ok(from);
  const itself = create(LinearProofSchema, { sourceTxId: 5n, TargetTxId: 5n, terms: [start] });
  assert.ok(isLinearlyLinked(sha256, itself, { from, to: from }));
});

test("isLinearlyLinked() fails for other ends, missing, surplus and short terms", () => {
  const short = terms.map((term, index) => (index === 1 ? term.subarray(1) : term));
  const wrong = [
    { sourceTxId: 4n },
    { TargetTxId: 8n },
    { terms: [] },
    { terms: terms.slice(0, 2) },
    { terms: [...terms, start] },
    { terms: [...terms].reverse() },
    { terms: short },
  ];
  for (const changes of wrong) assert.equal(isLinked(changes), false);
});

test("isLinearlyLinked() fails for a chain that ends where it should, and begins with another hash than the trusted one", () => {
  assert.ok(from && to);
  const proof = create(LinearProofSchema, { sourceTxId: 5n, TargetTxId: 7n, terms });
  const other = { ...from, txHash: sha256(start) };
  assert.equal(isLinearlyLinked(sha256, proof, { from: other, to }), false);
});
