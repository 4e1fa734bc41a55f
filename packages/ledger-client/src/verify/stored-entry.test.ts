import assert from "node:assert/strict";
import { test } from "node:test";
import { storedKey, storedReference, storedSortedSetKey, storedValue } from "./stored-entry.js";

const bytes = (text: string) => new TextEncoder().encode(text);
const hex = (stored: Uint8Array) => Buffer.from(stored).toString("hex");

test("storedKey() and storedValue() begin with a zero byte", () => {
  assert.equal(hex(storedKey(bytes("k"))), "006b");
  assert.equal(hex(storedValue(bytes(""))), "00");
});

test("storedReference() holds the transaction it is bound to and the stored key", () => {
  assert.equal(hex(storedReference(bytes("k"), 0n)), "010000000000000000006b");
  assert.equal(hex(storedReference(bytes("k"), 258n)), "010000000000000102006b");
});

test("storedSortedSetKey() holds set, score, key and transaction, each with its length", () => {
  const element = { set: bytes("s"), score: -1.5, key: bytes("k"), atTx: 3n };
  const parts = ["01", "0000000000000001", "73", "bff8000000000000", "0000000000000002", "006b", "0000000000000003"];
  assert.equal(hex(storedSortedSetKey(element)), parts.join(""));
});
