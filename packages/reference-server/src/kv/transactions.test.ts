import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultFamily, KvStore } from "./kv-store.js";
import { Transactions } from "./transactions.js";

const key = new Uint8Array([1]);
const write = (byte: number, keyByte = 1) => ({
  family: defaultFamily,
  key: new Uint8Array([keyByte]),
  value: new Uint8Array([byte]),
});

function transactionsOf(timeoutMs = Number.POSITIVE_INFINITY) {
  const clock = { nowMs: 0 };
  const store = new KvStore(0n);
  return { clock, store, transactions: new Transactions(store, { timeoutMs, now: () => clock.nowMs }) };
}

test("Transactions.commit() lets the first of two committers win, and applies nothing of the other", () => {
  const { store, transactions } = transactionsOf();
  const [first, second] = [transactions.begin(), transactions.begin()];
  assert.equal(transactions.commit(second.id, [write(2)]), true);
  assert.equal(transactions.commit(first.id, [write(1, 9), write(1)]), false);
  assert.deepEqual(store.get(defaultFamily, key), new Uint8Array([2]));
  assert.equal(store.get(defaultFamily, new Uint8Array([9])), undefined);
});

test("Transactions.commit() lets writers of different keys pass", () => {
  const { transactions } = transactionsOf();
  const [first, second] = [transactions.begin(), transactions.begin()];
  assert.equal(transactions.commit(first.id, [write(1, 1)]), true);
  assert.equal(transactions.commit(second.id, [write(1, 2)]), true);
});

test("Transactions.commit() finds a conflict with a deletion that came and went", () => {
  const { store, transactions } = transactionsOf();
  const { id } = transactions.begin();
  store.commit([write(1)]);
  store.commit([{ family: defaultFamily, key, value: undefined }]);
  assert.equal(transactions.commit(id, [write(2)]), false);
});

test("Transactions end by commit, conflict and rollback, and their ids do not come back", () => {
  const { store, transactions } = transactionsOf();
  const [one, two, three] = [transactions.begin(), transactions.begin(), transactions.begin()];
  transactions.commit(one.id, [write(1)]);
  transactions.commit(two.id, [write(1)]);
  assert.equal(transactions.rollback(three.id), true);
  assert.deepEqual(
    [one, two, three].map(({ id }) => transactions.isOpen(id)),
    [false, false, false],
  );
  assert.equal(transactions.rollback(three.id), false);
  assert.equal(transactions.begin().id, "txn-4");
  assert.throws(() => transactions.commit(three.id, []), /txn-3 is not open/);
  store.commit([write(3)]);
  assert.equal(store.keeps(three.startTimestamp), false);
});

test("Transactions hold their snapshot while they are open", () => {
  const { store, transactions } = transactionsOf();
  store.commit([write(1)]);
  const { startTimestamp } = transactions.begin();
  for (let i = 0; i < 100; i++) store.commit([write(2)]);
  assert.equal(store.keeps(startTimestamp), true);
  assert.deepEqual(store.get(defaultFamily, key, startTimestamp), new Uint8Array([1]));
});

test("Transactions end abandoned ones after the time-out, the oldest first", () => {
  const { clock, store, transactions } = transactionsOf(100);
  const old = transactions.begin();
  clock.nowMs = 60;
  const young = transactions.begin();
  clock.nowMs = 100;
  assert.equal(transactions.rollback(old.id), false);
  assert.equal(transactions.isOpen(young.id), true);
  store.commit([write(1)]);
  assert.equal(store.keeps(old.startTimestamp), false);
  clock.nowMs = 160;
  transactions.begin();
  assert.equal(transactions.isOpen(young.id), false);
});
