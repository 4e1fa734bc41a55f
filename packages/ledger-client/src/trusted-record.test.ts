import assert from "node:assert/strict";
import { test } from "node:test";
import { memoryStateStore } from "./memory-state-store.js";
import { trustedRecords } from "./trusted-record.js";

const key = { serverUuid: "uuid", database: "db" };
const at = (txId: bigint) => ({ txId, txHash: new Uint8Array(32).fill(Number(txId)) });

test("trustedRecords() gives one record for each server and database", () => {
  const record = trustedRecords(memoryStateStore());
  assert.equal(record(key), record({ ...key }));
  assert.notEqual(record(key), record({ ...key, database: "other" }));
  assert.notEqual(record(key), record({ ...key, serverUuid: "other" }));
});

test("TrustedRecord asks the server once, for any number of first calls, and keeps what it says", async () => {
  const store = memoryStateStore();
  const record = trustedRecords(store)(key);
  let asked = 0;
  const firstContact = async () => {
    asked += 1;
    return at(5n);
  };
  const states = await Promise.all([record.load(firstContact), record.load(firstContact), record.load(firstContact)]);
  assert.deepEqual(states, [at(5n), at(5n), at(5n)]);
  assert.equal(asked, 1);
  assert.deepEqual(await store.get(key), at(5n));
});

test("TrustedRecord prefers what the store holds, and asks again after a first contact that failed", async () => {
  const store = memoryStateStore();
  await store.set(key, at(3n));
  const fail = () => Promise.reject(new Error("no server"));
  assert.deepEqual(await trustedRecords(store)(key).load(fail), at(3n));
  const other = trustedRecords(store)({ ...key, database: "other" });
  await assert.rejects(other.load(fail), /no server/);
  assert.deepEqual(await other.load(async () => at(1n)), at(1n));
});

test("TrustedRecord keeps an empty database to itself", async () => {
  const store = memoryStateStore();
  const record = trustedRecords(store)(key);
  await record.load(async () => at(0n));
  assert.equal(record.current?.txId, 0n);
  assert.equal(await store.get(key), undefined);
});

test("TrustedRecord does not trust what the store could not keep", async () => {
  const store = { ...memoryStateStore(), set: () => Promise.reject(new Error("disk full")) };
  const record = trustedRecords(store)(key);
  await assert.rejects(record.advance(at(1n)), /disk full/);
  assert.equal(record.current, undefined);
});

test("TrustedRecord runs turns one after the other, also after one that failed", async () => {
  const record = trustedRecords(memoryStateStore())(key);
  const seen: string[] = [];
  const turn = (name: string, fails = false) =>
    record.inTurn(async () => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
    });
  const results = await Promise.allSettled([turn("a"), turn("b", true), turn("c")]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.deepEqual(seen, ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]);
});
