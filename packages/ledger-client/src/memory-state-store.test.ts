import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStateStore } from "./memory-state-store.js";

test("memoryStateStore() keeps a state for each server and database", async () => {
  const store = memoryStateStore();
  const key = { serverUuid: "a", database: "db" };
  const state = { txId: 1n, txHash: new Uint8Array(32) };
  assert.equal(await store.get(key), undefined);
  await store.set(key, state);
  assert.deepEqual(await store.get({ ...key }), state);
  assert.equal(await store.get({ ...key, database: "other" }), undefined);
  assert.equal(await store.get({ ...key, serverUuid: "b" }), undefined);
});

test("memoryStateStore() remembers which server answers at an address", async () => {
  const store = memoryStateStore();
  assert.equal(await store.getServer("http://a"), undefined);
  await store.setServer("http://a", "uuid");
  assert.equal(await store.getServer("http://a"), "uuid");
});
