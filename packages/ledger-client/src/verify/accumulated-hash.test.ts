import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { TxHeaderSchema } from "@pumice/stubs/immudb";
import { sha256 } from "../sha256.node.js";
import { accumulatedHash } from "./accumulated-hash.js";

const hash = (text: string) => sha256(new TextEncoder().encode(text));
const header = {
  id: 2n,
  prevAlh: hash("before"),
  ts: 1_700_000_000n,
  nentries: 3,
  eH: hash("entries"),
  blTxId: 1n,
  blRoot: hash("tree"),
  version: 1,
};
const hashOf = (changes: Partial<typeof header> & { metadata?: { truncatedTxID?: bigint; extra?: Uint8Array } }) =>
  accumulatedHash(sha256, create(TxHeaderSchema, { ...header, ...changes }));

test("accumulatedHash() depends on every field", () => {
  const changed = [
    {},
    { id: 3n },
    { prevAlh: hash("other") },
    { ts: 0n },
    { nentries: 4 },
    { eH: hash("other") },
    { blTxId: 2n },
    { blRoot: hash("other") },
    { version: 0 },
    { metadata: { truncatedTxID: 1n } },
    { metadata: { extra: new Uint8Array([1]) } },
  ].map((changes) => Buffer.from(hashOf(changes) ?? []).toString("hex"));
  assert.equal(new Set(changed).size, changed.length);
  assert.ok(changed.every((hex) => hex.length === 64));
});

test("accumulatedHash() takes empty metadata for none", () => {
  assert.deepEqual(hashOf({ metadata: {} }), hashOf({}));
});

test("accumulatedHash() has none for what no server writes", () => {
  const wrong = [
    { version: 2 },
    { version: -1 },
    { nentries: -1 },
    { version: 0, nentries: 65_536 },
    { version: 0, metadata: { truncatedTxID: 1n } },
    { prevAlh: new Uint8Array(31) },
    { eH: new Uint8Array() },
    { blRoot: new Uint8Array(33) },
  ];
  for (const changes of wrong) assert.equal(hashOf(changes), undefined);
});
