import assert from "node:assert/strict";
import { AlreadyExistsError, NotFoundError, PermissionDeniedError, UnauthenticatedError } from "@pumice/kv-client";
import { connectAs, connectTo, type Fact, freshPrefix, type KvTarget } from "../kv-target.js";

/** Users, roles, passwords. */
export function userFacts(target: KvTarget, fact: Fact): void {
  fact("users can be created and listed, and log in", async () => {
    await using kv = connectTo(target);
    const username = crypto.randomUUID();
    await kv.users.create({ username, password: "pw", roles: ["readwrite"] });
    const listed = (await kv.users.list()).find((user) => user.username === username);
    assert.deepEqual(listed, { username, roles: ["readwrite"] });
    await using user = connectTo(target, { username, password: "pw" });
    assert.deepEqual((await user.session()).roles, ["readwrite"]);
  });

  fact("user names are trimmed and lower-cased in every call", async () => {
    await using kv = connectTo(target);
    const username = crypto.randomUUID();
    const inOtherWords = ` ${username.toUpperCase()}\t`;
    await kv.users.create({ username: inOtherWords, password: "pw", roles: [] });
    await assert.rejects(kv.users.create({ username, password: "pw", roles: [] }), AlreadyExistsError);
    await kv.users.changePassword(inOtherWords, "changed");
    await using user = connectTo(target, { username: inOtherWords, password: "changed" });
    await user.ready();
  });

  fact("changePassword() closes the door to the old password, not to the tokens of before", async () => {
    await using kv = connectTo(target);
    const username = crypto.randomUUID();
    await kv.users.create({ username, password: "old", roles: ["readonly"] });
    await using before = connectTo(target, { username, password: "old" });
    await before.ready();
    await kv.users.changePassword(username, "new");
    assert.equal(await before.get(freshPrefix()), undefined);
    await using late = connectTo(target, { username, password: "old" });
    await assert.rejects(late.ready(), UnauthenticatedError);
  });

  fact("changePassword() of an unknown user is a NotFoundError", async () => {
    await using kv = connectTo(target);
    await assert.rejects(kv.users.changePassword(crypto.randomUUID(), "pw"), NotFoundError);
  });

  fact("readers may read, writers also write, and only admins administer", async () => {
    await using reader = await connectAs(target, "readonly");
    await using writer = await connectAs(target, "readwrite");
    const key = freshPrefix();
    await writer.put(key, "v");
    assert.equal((await reader.get(key))?.text(), "v");
    assert.equal((await reader.scan(key).toArray()).length, 1);
    const ran = () => assert.fail("the transaction was begun");
    for (const refused of [
      () => reader.put(key, "v"),
      () => reader.delete(key),
      () => reader.begin(),
      () => reader.transaction(ran),
      () => reader.commit([{ delete: key }]),
      () => writer.users.list(),
      () => writer.users.create({ username: crypto.randomUUID(), password: "pw", roles: ["admin"] }),
      () => writer.users.changePassword(target.username, "pw"),
    ]) {
      await assert.rejects(refused, PermissionDeniedError);
    }
  });

  fact("a user without roles can log in and do nothing", async () => {
    await using kv = await connectAs(target);
    assert.deepEqual((await kv.session()).roles, []);
    await assert.rejects(kv.get("k"), PermissionDeniedError);
  });
}
