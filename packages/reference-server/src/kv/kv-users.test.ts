import assert from "node:assert/strict";
import { test } from "node:test";
import { KvStore } from "./kv-store.js";
import { KvUsers, usersFamily } from "./kv-users.js";

test("KvUsers trims and lower-cases names in every operation", async () => {
  const users = new KvUsers(new KvStore());
  assert.equal(await users.add(" Bob ", "pw", ["readonly"]), true);
  assert.equal(await users.add("BOB", "pw", ["admin"]), false);
  assert.deepEqual(await users.login("\tboB", "pw"), { name: "bob", roles: ["readonly"] });
  assert.equal(await users.changePassword(" BOB", "new"), true);
  assert.equal(await users.login("bob", "pw"), undefined);
  assert.deepEqual(await users.login("bob", "new"), { name: "bob", roles: ["readonly"] });
});

test("KvUsers adds a name once, also when two ask at the same time", async () => {
  const users = new KvUsers(new KvStore());
  const added = await Promise.all([users.add("bob", "one", []), users.add("bob", "two", [])]);
  assert.equal(added.filter(Boolean).length, 1);
  assert.deepEqual(users.list(), [{ name: "bob", roles: [] }]);
});

test("KvUsers does not know strangers", async () => {
  const users = new KvUsers(new KvStore());
  assert.equal(await users.login("ghost", "pw"), undefined);
  assert.equal(await users.changePassword("ghost", "pw"), false);
});

test("KvUsers lists by name, and passes over records that an admin has spoiled", async () => {
  const store = new KvStore();
  const users = new KvUsers(store);
  users.addSync("zoe", "pw", ["admin"]);
  await users.add("bob", "pw", ["readonly", "readwrite"]);
  const spoil = (name: string, record: string) =>
    store.commit([{ family: usersFamily, key: Buffer.from(`user:${name}`), value: Buffer.from(record) }]);
  spoil("a", "{");
  spoil("b", "null");
  spoil("c", '{"username":"c"}');
  assert.deepEqual(users.list(), [
    { name: "bob", roles: ["readonly", "readwrite"] },
    { name: "zoe", roles: ["admin"] },
  ]);
  assert.equal(await users.login("a", "pw"), undefined);
});
