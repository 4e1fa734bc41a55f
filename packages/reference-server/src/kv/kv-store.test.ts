import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultFamily, KvStore } from "./kv-store.js";

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const textOf = (value: Uint8Array | undefined) => value && Buffer.from(value).toString();

test("KvStore reads at a timestamp what was written by then", () => {
  const store = new KvStore();
  const first = store.write(defaultFamily, bytes("k"), bytes("one"));
  const second = store.write(defaultFamily, bytes("k"), undefined);
  const third = store.write(defaultFamily, bytes("k"), bytes("three"));
  assert.deepEqual([first, second, third], [2n, 3n, 4n]);
  const read = (at?: bigint) => textOf(store.get(defaultFamily, bytes("k"), at));
  assert.deepEqual([read(1n), read(2n), read(3n), read(4n), read()], [undefined, "one", undefined, "three", "three"]);
});

test("KvStore.scan() shows the state it began with, whatever is written meanwhile", () => {
  const store = new KvStore();
  for (const key of ["a", "b", "c"]) store.write(defaultFamily, bytes(key), bytes("old"));
  const seen: [string | undefined, string | undefined][] = [];
  for (const { key, value } of store.scan(defaultFamily, bytes(""))) {
    seen.push([textOf(key), textOf(value)]);
    store.write(defaultFamily, bytes("b"), undefined);
    store.write(defaultFamily, bytes("bb"), bytes("new"));
    store.write(defaultFamily, bytes("c"), bytes("new"));
  }
  assert.deepEqual(seen, [
    ["a", "old"],
    ["b", "old"],
    ["c", "old"],
  ]);
});

test("KvStore keeps a copy: later changes of the caller's bytes do not reach it", () => {
  const store = new KvStore();
  const value = bytes("kept");
  store.write(defaultFamily, bytes("k"), value);
  value.fill(0);
  assert.equal(textOf(store.get(defaultFamily, bytes("k"))), "kept");
});

test("KvStore keeps families apart, and a dropped one is empty when it comes back", () => {
  const store = new KvStore();
  store.createFamily("users");
  store.write("users", bytes("k"), bytes("v"));
  assert.equal(store.get(defaultFamily, bytes("k")), undefined);
  assert.deepEqual(store.familyNames(), ["default", "users"]);
  store.dropFamily("users");
  assert.ok(!store.hasFamily("users"));
  store.createFamily("users");
  assert.equal(store.get("users", bytes("k")), undefined);
});
