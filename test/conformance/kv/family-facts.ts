import assert from "node:assert/strict";
import { Code } from "@connectrpc/connect";
import { AlreadyExistsError, NotFoundError, PermissionDeniedError } from "@pumice/kv-client";
import { connectAs, connectTo, type Fact, freshPrefix, type KvTarget } from "../kv-target.js";

/** Column families. */
export function familyFacts(target: KvTarget, fact: Fact): void {
  fact("a family that does not exist is a NotFoundError in every call", async () => {
    await using kv = connectTo(target);
    const options = { family: "no-such-family" };
    const expected = (error: unknown) =>
      error instanceof NotFoundError && error.code === Code.NotFound && error.attempts === 1;
    await assert.rejects(kv.get("k", options), expected);
    await assert.rejects(kv.put("k", "v", options), expected);
    await assert.rejects(kv.delete("k", options), expected);
    await assert.rejects(kv.scan("", options).toArray(), expected);
  });

  fact("a family that does not exist is a NotFoundError of a commit, and nothing of it is applied", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    const list = [{ put: [key, "v"] }, { delete: "k", family: "no-such-family" }] as const;
    await assert.rejects(kv.commit(list), NotFoundError);
    assert.equal(await kv.get(key), undefined);
  });

  fact("families.list() names the default family", async () => {
    await using kv = connectTo(target);
    assert.ok((await kv.families.list()).includes("default"));
  });

  fact("families hold keys of their own and can be created, listed and dropped", async () => {
    await using kv = connectTo(target);
    const family = freshPrefix();
    await kv.families.create(family);
    await kv.put("key", "in the family", { family });
    assert.equal((await kv.get("key", { family }))?.text(), "in the family");
    assert.notEqual((await kv.get("key"))?.text(), "in the family");
    assert.ok((await kv.families.list()).includes(family));
    await assert.rejects(kv.families.create(family), AlreadyExistsError);
    await kv.families.drop(family);
    await assert.rejects(kv.get("key", { family }), NotFoundError);
    await assert.rejects(kv.families.drop(family), NotFoundError);
  });

  fact("kv.family() makes the same calls on one family", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    const family = kv.family("default");
    assert.equal(family.name, "default");
    await family.put(`${prefix}1`, "one");
    await family.put(`${prefix}2`, "two");
    await family.delete(`${prefix}1`);
    assert.equal(await family.get(`${prefix}1`), undefined);
    assert.equal((await kv.get(`${prefix}2`))?.text(), "two");
    assert.equal((await family.scan(`${prefix}2`).toArray())[0]?.text(), "two");
  });

  fact("families that the server keeps for itself cannot be dropped", async () => {
    await using kv = connectTo(target);
    await assert.rejects(kv.families.drop("__auth__"), { code: Code.PermissionDenied });
  });

  fact("families that the server keeps for itself are closed to everyone but admins", async () => {
    await using kv = await connectAs(target, "readwrite");
    const options = { family: "__auth__" };
    await assert.rejects(kv.scan("", options).toArray(), PermissionDeniedError);
    await assert.rejects(kv.get("k", options), PermissionDeniedError);
    await assert.rejects(kv.put("k", "v", options), PermissionDeniedError);
    await assert.rejects(kv.delete("k", options), PermissionDeniedError);
    await assert.rejects(kv.commit([{ put: ["k", "v"], ...options }]), PermissionDeniedError);
  });

  fact("only admins may list, create and drop families", async () => {
    await using kv = await connectAs(target, "readwrite");
    await assert.rejects(kv.families.list(), PermissionDeniedError);
    await assert.rejects(kv.families.create(freshPrefix()), PermissionDeniedError);
    await assert.rejects(kv.families.drop(freshPrefix()), PermissionDeniedError);
  });
}
