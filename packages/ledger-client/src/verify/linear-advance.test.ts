import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { LinearAdvanceProofSchema } from "@pumice/stubs/immudb";
import { sha256 } from "../sha256.node.js";
import { chainedHash } from "./accumulated-hash.js";
import { hasLinearAdvance } from "./linear-advance.js";
import { leafHash, nodeHash } from "./merkle-hash.js";

// Transactions 1 to 4, of which the older header's tree held the first one alone.
const inner = [1, 2, 3, 4].map((byte) => sha256(Uint8Array.of(byte)));
const hashes: Uint8Array[] = [];
for (const [index, each] of inner.entries()) {
  const previous = hashes.at(-1) ?? sha256(new Uint8Array());
  hashes.push(chainedHash(sha256, { txId: BigInt(index) + 1n, previous, inner: each }));
}
const leaf = (txId: number) => leafHash(sha256, hashes[txId - 1] ?? new Uint8Array());
const [left, right] = [nodeHash(sha256, leaf(1), leaf(2)), nodeHash(sha256, leaf(3), leaf(4))];
const tree = { size: 4n, root: nodeHash(sha256, left, right) };
const end = { txId: 4n, txHash: hashes[3] ?? new Uint8Array() };
const terms = [hashes[1], inner[2], inner[3]].map((term) => term ?? new Uint8Array());
const places = [{ terms: [leaf(1), right] }, { terms: [leaf(4), left] }];

function holds(changes: MessageInitShape<typeof LinearAdvanceProofSchema> = {}, stretch = { start: 1n, end, tree }) {
  const proof = create(LinearAdvanceProofSchema, { linearProofTerms: terms, inclusionProofs: places, ...changes });
  return hasLinearAdvance(sha256, proof, stretch);
}

test("hasLinearAdvance() holds for a chain whose transactions are in the tree", () => {
  assert.ok(holds());
});

test("hasLinearAdvance() needs no proof where nothing lagged behind, and has none for a tree that was ahead", () => {
  for (const start of [3n, 4n]) assert.ok(hasLinearAdvance(sha256, undefined, { start, end, tree }));
  assert.equal(hasLinearAdvance(sha256, undefined, { start: 1n, end, tree }), false);
  assert.equal(holds({}, { start: 5n, end, tree }), false);
});

test("hasLinearAdvance() fails for terms and places that are missing, surplus, or of other transactions", () => {
  const wrong: MessageInitShape<typeof LinearAdvanceProofSchema>[] = [
    { linearProofTerms: [] },
    { linearProofTerms: terms.slice(0, 2) },
    { linearProofTerms: [...terms, end.txHash] },
    { linearProofTerms: [...terms].reverse() },
    { inclusionProofs: places.slice(0, 1) },
    { inclusionProofs: [...places, ...places] },
    { inclusionProofs: [...places].reverse() },
  ];
  for (const changes of wrong) assert.equal(holds(changes), false);
  assert.equal(holds({}, { start: 1n, end: { ...end, txHash: sha256(end.txHash) }, tree }), false);
});
