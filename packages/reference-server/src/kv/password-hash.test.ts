import assert from "node:assert/strict";
import { test } from "node:test";
import { hashPassword, hashPasswordSync, matchesPassword } from "./password-hash.js";

test("matchesPassword() knows the password that a hash was made of, and no other", async () => {
  for (const hash of [await hashPassword("hunter2"), hashPasswordSync("hunter2")]) {
    assert.doesNotMatch(hash, /hunter2/);
    assert.equal(await matchesPassword("hunter2", hash), true);
    assert.equal(await matchesPassword("Hunter2", hash), false);
    assert.equal(await matchesPassword("", hash), false);
  }
});

test("hashPassword() salts: one password has many hashes", async () => {
  assert.notEqual(await hashPassword("same"), await hashPassword("same"));
});

test("matchesPassword() is false for what is no hash", async () => {
  for (const hash of ["", "hunter2", "scrypt:", "scrypt:AA==:AA==", "bcrypt:AA==:AA=="]) {
    assert.equal(await matchesPassword("hunter2", hash), false);
  }
});
