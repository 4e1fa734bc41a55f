import assert from "node:assert/strict";
import { test } from "node:test";
import { ShelfStore } from "./shelf-store.js";

const limits = { shelves: 2, bytes: 1 << 16, readers: 2 };

function storeWith(key: string): ShelfStore {
  const store = new ShelfStore(limits);
  const writer = store.begin("write");
  writer.shelf("s").put(key, 1, "mdb_put");
  writer.commit();
  return store;
}

test("ShelfStore shows a reader what was there when it began, and a writer its own writes", () => {
  const store = storeWith("a");
  const reader = store.begin("read");
  const writer = store.begin("write");
  writer.shelf("s").put("b", 2, "mdb_put");
  writer.shelf("s").delete("a");
  assert.deepEqual([...writer.shelf("s").keys()], ["b"]);
  writer.commit();
  assert.deepEqual([...reader.shelf("s").keys()], ["a"]);
  reader.commit();
  assert.deepEqual([...store.begin("read").shelf("s").keys()], ["b"]);
});

test("ShelfStore takes back what is rolled back, new shelves too", () => {
  const store = storeWith("a");
  const writer = store.begin("write");
  writer.shelf("s").put("b", 2, "mdb_put");
  writer.shelf("new");
  writer.rollback();
  const reader = store.begin("read");
  assert.deepEqual([...reader.shelf("s").keys()], ["a"]);
  assert.throws(() => reader.shelf("new"), { type: "ReadonlyError", message: "mdb_dbi_open: Permission denied" });
});

test("ShelfStore has the limits of its storage", () => {
  const store = storeWith("a");
  const writer = store.begin("write");
  assert.throws(() => writer.shelf("s").put("", 1, "mdb_put"), /^Error: mdb_put: MDB_BAD_VALSIZE/);
  assert.throws(() => writer.shelf("s").put("é".repeat(256), 1, "mdb_put"), { type: "BadValsizeError" });
  writer.shelf("s").put("x".repeat(511), 1, "mdb_put");
  writer.shelf("t\0cut off here");
  writer.shelf("t");
  assert.throws(() => writer.shelf("third"), { type: "DbsFullError" });
  const reader = store.begin("read");
  assert.throws(() => reader.shelf("s").put("a", 1, "mdb_put"), { type: "ReadonlyError" });
  store.begin("read");
  assert.throws(() => store.begin("read"), { type: "ReadersFullError" });
  reader.rollback();
  store.begin("read");
});

test("ShelfStore breaks a transaction that fills it, and has room again after deletions", () => {
  const store = storeWith("a");
  const put = (key: string) => {
    const writer = store.begin("write");
    writer.shelf("s").put(key, "x".repeat(30_000), "mdb_put");
    return writer;
  };
  put("big").commit();
  const full = store.begin("write");
  assert.throws(() => full.shelf("s").put("more", "x".repeat(40_000), "mdb_put"), { type: "MapFullError" });
  assert.throws(() => full.shelf("s"), { type: "BadTxnError" });
  assert.throws(() => full.commit(), { type: "BadTxnError" });
  for (let i = 0; i < 10; i++) put("big").commit(); // the same key does not grow
  const writer = store.begin("write");
  writer.shelf("s").delete("big");
  writer.commit();
  put("other").commit();
});
