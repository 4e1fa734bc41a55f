import assert from "node:assert/strict";
import { test } from "node:test";
import { KvTokens } from "./kv-tokens.js";

const bob = { name: "bob", roles: ["readonly"] };

test("KvTokens knows its own tokens, and the roles that were given with them", async () => {
  const tokens = new KvTokens(1000);
  const token = await tokens.issue(bob);
  assert.deepEqual(await tokens.rolesOf(token), ["readonly"]);
  assert.equal(await new KvTokens(1000).rolesOf(token), undefined);
  for (const garbage of ["", "x", "a.b.c", `${token}x`]) assert.equal(await tokens.rolesOf(garbage), undefined);
});

test("KvTokens tells the claims that the real server tells", async () => {
  const [header, payload] = (await new KvTokens(86_400_000).issue(bob))
    .split(".", 2)
    .map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
  assert.equal(header.alg, "HS256");
  assert.deepEqual(Object.keys(payload).sort(), ["exp", "iat", "roles", "sub"]);
  assert.equal(payload.sub, "bob");
  assert.equal(Math.floor(payload.exp) - payload.iat, 86_400);
});

test("KvTokens refuses a token from the millisecond on in which it expires", async (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: 1_700_000_000_900 });
  const tokens = new KvTokens(250);
  const token = await tokens.issue(bob);
  context.mock.timers.setTime(1_700_000_001_149);
  assert.deepEqual(await tokens.rolesOf(token), ["readonly"]);
  context.mock.timers.setTime(1_700_000_001_150);
  assert.equal(await tokens.rolesOf(token), undefined);
});

test("KvTokens.expireAll() ends the tokens issued so far, and no later one", async () => {
  const tokens = new KvTokens(1000);
  const before = await tokens.issue(bob);
  tokens.expireAll();
  assert.equal(await tokens.rolesOf(before), undefined);
  assert.ok(await tokens.rolesOf(await tokens.issue(bob)));
});
