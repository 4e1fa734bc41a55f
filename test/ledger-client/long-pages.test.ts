import assert from "node:assert/strict";
import { test } from "node:test";
import { connectLedger, memoryStateStore } from "@pumice/ledger-client";
import { createReferenceServices } from "@pumice/reference-server";

// More than the server gives at once, of what takes a call for each of them.
const count = 2510;
const numbers = Array.from({ length: count }, (_, index) => index);

function open() {
  const { ledger: service } = createReferenceServices();
  const { username, password, transport } = service;
  return connectLedger({ username, password, transport, stateStore: memoryStateStore() });
}

test("history and txScan go on past a page, both ways, and from the latest on give no version twice", async () => {
  const ledger = open();
  for (const number of numbers) await ledger.set("key", String(number));
  const texts = (versions: readonly { text(): string }[]) => versions.map((version) => Number(version.text()));
  assert.deepEqual(texts(await ledger.history("key").toArray()), numbers);
  assert.deepEqual(texts(await ledger.history("key", { offset: 5 }).toArray()), numbers.slice(5));
  assert.deepEqual(texts(await ledger.history("key", { limit: 2501 }).toArray()), numbers.slice(0, 2501));
  const txIds = (transactions: readonly { readonly txId: bigint }[]) =>
    transactions.map(({ txId }) => Number(txId) - 1);
  assert.deepEqual(txIds(await ledger.txScan().toArray()), numbers);
  assert.deepEqual(txIds(await ledger.txScan({ desc: true }).toArray()), [...numbers].reverse());
  assert.deepEqual(txIds(await ledger.txScan({ limit: 251 }).toArray()), numbers.slice(0, 251));

  for (const limit of [Number.POSITIVE_INFINITY, 2505]) {
    const before = texts(await ledger.history("key").toArray());
    const seen: number[] = [];
    for await (const version of ledger.history("key", { desc: true, limit })) {
      if (seen.length < 3) await ledger.set("key", String(before.length + seen.length));
      seen.push(Number(version.text()));
    }
    assert.deepEqual(seen, [...before].reverse().slice(0, limit));
  }
});

test("zscan goes on past a page, both ways", async () => {
  const ledger = open();
  for (let start = 0; start < count; start += 1000) {
    const some = numbers.slice(start, start + 1000);
    await ledger.setAll(some.map((number) => [`key ${number}`, String(number)] as const));
    await ledger.execAll(some.map((number) => ({ zAdd: { set: "set", score: number >> 1, key: `key ${number}` } })));
  }
  const scores = async (desc: boolean) => (await ledger.zscan("set", { desc }).toArray()).map(({ score }) => score);
  assert.deepEqual(
    await scores(false),
    numbers.map((number) => number >> 1),
  );
  assert.deepEqual(await scores(true), numbers.map((number) => number >> 1).reverse());
});
