import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultFamily, KvStore } from "./kv-store.js";

const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const textOf = (value: Uint8Array | undefined) => value && Buffer.from(value).toString();

/** A store with short ways to write and read text. */
function storeOf(historyLength?: bigint) {
  const store = new KvStore(historyLength);
  const write = (key: string, value?: string, family = defaultFamily) => ({
    family,
    key: bytes(key),
    value: value === undefined ? undefined : bytes(value),
  });
  const put = (key: string, value?: string, family?: string) => store.commit([write(key, value, family)]);
  const get = (key: string, at?: bigint, family = defaultFamily) => textOf(store.get(family, bytes(key), at));
  const scan = (prefix = "", family = defaultFamily) =>
    [...store.scan(family, bytes(prefix))].map(({ key, value }) => `${textOf(key)}=${textOf(value)}`);
  return { store, write, put, get, scan };
}

test("KvStore reads at a timestamp what was written by then", () => {
  const { put, get } = storeOf();
  assert.deepEqual([put("k", "one"), put("k"), put("k", "three")], [2n, 3n, 4n]);
  assert.deepEqual(
    [1n, 2n, 3n, 4n, undefined].map((at) => get("k", at)),
    [undefined, "one", undefined, "three", "three"],
  );
});

test("KvStore.openSnapshot() gives a timestamp of its own from 2 on, which sees no later commit", () => {
  const { store, put, get } = storeOf();
  const first = store.openSnapshot();
  const written = put("k", "v");
  const second = store.openSnapshot();
  assert.deepEqual([first, written, second], [2n, 3n, 4n]);
  assert.deepEqual([get("k", first), get("k", second)], [undefined, "v"]);
});

test("KvStore.commit() writes all under one timestamp; of several writes of a key the last one counts", () => {
  const { store, write, get, scan } = storeOf();
  const commit = store.commit([write("a", "1"), write("b", "1"), write("a", "2"), write("c", "1"), write("c")]);
  assert.deepEqual([get("a", commit), get("b", commit), get("c", commit)], ["2", "1", undefined]);
  assert.deepEqual([get("a", commit - 1n), scan()], [undefined, ["a=2", "b=1"]]);
});

test("KvStore.changedSince() sees writes, deletions and new families after a timestamp, and nothing else", () => {
  const { store, write, put } = storeOf();
  put("before", "v");
  const start = store.openSnapshot();
  put("written", "v");
  put("deleted");
  store.createFamily("new");
  const changed = (...keys: string[]) =>
    store.changedSince(
      start,
      keys.map((key) => write(key)),
    );
  assert.deepEqual([changed("before"), changed("written"), changed("deleted"), changed()], [false, true, true, false]);
  assert.equal(changed("before", "never written", "written"), true);
  assert.equal(store.changedSince(start, [write("k", "v", "new")]), true);
  assert.equal(store.changedSince(store.openSnapshot(), [write("k", "v", "new"), write("written")]), false);
});

test("KvStore.scan() shows the state it began with, whatever is written and forgotten meanwhile", () => {
  const { store, put } = storeOf(0n);
  for (const key of ["a", "b", "c"]) put(key, "old");
  const seen: string[] = [];
  for (const { key, value } of store.scan(defaultFamily, bytes(""))) {
    seen.push(`${textOf(key)}=${textOf(value)}`);
    put("b");
    put("bb", "new");
    put("c", "new");
  }
  assert.deepEqual(seen, ["a=old", "b=old", "c=old"]);
});

test("KvStore.keeps() every snapshot that is open, or recent, and the time before everything", () => {
  const { store, put, get } = storeOf(3n);
  put("k", "1"); // 2
  const held = store.openSnapshot(); // 3
  for (let i = 2; i <= 10; i++) put("k", String(i)); // 4 to 12
  assert.deepEqual(
    [2n, held, 5n].map((at) => store.keeps(at)),
    [false, true, true],
  );
  assert.deepEqual([get("k", held), get("k", 5n)], ["1", "3"]);
  store.closeSnapshot(held);
  assert.deepEqual(
    [0n, 1n, held, 8n, 9n, 12n].map((at) => store.keeps(at)),
    [true, true, false, false, true, true],
  );
  assert.deepEqual([get("k", 1n), get("k", 9n), get("k")], [undefined, "7", "10"]);
});

test("KvStore holds a snapshot as long as one of its readers does", () => {
  const { store, put, get } = storeOf(0n);
  put("k", "old");
  const held = store.openSnapshot();
  const scan = store.scan(defaultFamily, bytes("")); // reads at the same timestamp
  scan.next();
  store.closeSnapshot(held);
  put("k", "new");
  assert.equal(get("k", held), "old");
  scan.return(undefined);
  put("k", "newest");
  assert.equal(store.keeps(held), false);
});

test("KvStore forgets what no snapshot needs: overwritten values, and keys that are deleted", () => {
  const { store, write, put, get } = storeOf(0n);
  const old = put("overwritten", "old");
  put("deleted", "v");
  put("deleted");
  put("overwritten", "new");
  store.closeSnapshot(store.openSnapshot());
  assert.equal(get("overwritten", old), undefined);
  assert.equal(get("overwritten"), "new");
  assert.equal(store.changedSince(1n, [write("deleted")]), false); // not even the tombstone is left
});

test("KvStore keeps a copy: later changes of the caller's bytes do not reach it", () => {
  const { store, get } = storeOf();
  const value = bytes("kept");
  store.commit([{ family: defaultFamily, key: bytes("k"), value }]);
  value.fill(0);
  assert.equal(get("k"), "kept");
});

test("KvStore keeps families apart, lists them as they were made, and a dropped one is empty when it comes back", () => {
  const { store, put, get } = storeOf();
  store.createFamily("users");
  store.createFamily("accounts");
  put("k", "v", "users");
  assert.equal(get("k"), undefined);
  assert.deepEqual(store.familyNames(), ["default", "users", "accounts"]);
  store.dropFamily("users");
  assert.ok(!store.hasFamily("users"));
  store.createFamily("users");
  assert.equal(get("k", undefined, "users"), undefined);
});
