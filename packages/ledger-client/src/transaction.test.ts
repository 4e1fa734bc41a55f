import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { TxSchema } from "@pumice/stubs/immudb";
import { sha256 } from "./sha256.node.js";
import { ledgerTransaction, verifiedTransaction } from "./transaction.js";
import { storedKey, storedReference, storedSortedSetKey, storedValue } from "./verify/stored-entry.js";

const bytes = (text: string) => new TextEncoder().encode(text);
const element = { set: bytes("set"), score: -1.5, key: bytes("key"), atTx: 7n };

test("ledgerTransaction() reads entries as the ledger stores them", () => {
  const tx = create(TxSchema, {
    header: { id: 9n, ts: 60n },
    entries: [
      { key: storedKey(bytes("k")), value: storedValue(bytes("v")) },
      { key: storedKey(bytes("r")), value: storedReference(bytes("k"), 3n) },
      { key: storedKey(bytes("d")), metadata: { deleted: true } },
      { key: storedSortedSetKey(element) },
      { key: Uint8Array.of(2, 82, 46) },
      { key: Uint8Array.of(1, 0, 0) },
    ],
  });
  assert.deepEqual(ledgerTransaction(tx), {
    txId: 9n,
    timestamp: new Date(60_000),
    entries: [
      { kind: "value", key: bytes("k"), value: bytes("v"), expiresAt: undefined },
      { kind: "reference", key: bytes("r"), target: bytes("k"), atTx: 3n },
      { kind: "deletion", key: bytes("d") },
      { kind: "element", ...element },
      { kind: "other", storedKey: Uint8Array.of(2, 82, 46) },
      { kind: "other", storedKey: Uint8Array.of(1, 0, 0) },
    ],
  });
});

test("a transaction's bytes are a Uint8Array's, also where a transport hands out Buffers", () => {
  const [key, value, valueHash] = [Buffer.from("\0k"), Buffer.from("\0v"), Buffer.alloc(32)];
  const tx = create(TxSchema, { entries: [{ key, value }] });
  const [entry] = ledgerTransaction(tx).entries;
  assert.deepEqual(entry, { kind: "value", key: bytes("k"), value: bytes("v"), expiresAt: undefined });
  const proven = verifiedTransaction(sha256, {
    transaction: { id: 9n, timestampSeconds: 60n, entryCount: 1 },
    entries: [{ key, valueHash, metadata: undefined }],
    state: { txId: 9n, txHash: valueHash },
  });
  const storedValueHash = new Uint8Array(32);
  assert.deepEqual(proven.entries, [{ kind: "key", key: bytes("k"), storedValueHash, expiresAt: undefined }]);
});

test("an element with impossible lengths is nothing that we know", () => {
  const stored = storedSortedSetKey(element);
  stored[1] = 255;
  const { entries } = ledgerTransaction(create(TxSchema, { entries: [{ key: stored }] }));
  assert.equal(entries[0]?.kind, "other");
});

test("verifiedTransaction() tells which values it holds", () => {
  const transaction = { id: 9n, timestampSeconds: 60n, entryCount: 2 };
  const hashed = (text: string) => sha256(storedValue(bytes(text)));
  const entries = [
    { key: storedKey(bytes("k")), valueHash: hashed("v"), metadata: undefined },
    {
      key: storedKey(bytes("d")),
      valueHash: sha256(bytes("")),
      metadata: { deleted: true, expiresAt: undefined, nonIndexable: false },
    },
  ];
  const proven = verifiedTransaction(sha256, { transaction, entries, state: { txId: 9n, txHash: hashed("") } });
  assert.equal(proven.holds("k", "v"), true);
  assert.equal(proven.holds(bytes("k"), bytes("v")), true);
  assert.equal(proven.holds("k", "w"), false);
  const { holds } = proven;
  assert.equal(holds("k", "v"), true);
  assert.equal(proven.holds("d", ""), false);
  assert.deepEqual(
    proven.entries.map(({ kind }) => kind),
    ["key", "deletion"],
  );
});
