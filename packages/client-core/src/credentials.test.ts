import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { loginWith } from "./credentials.js";
import { UnauthenticatedError } from "./pumice-error.js";

const rpc = "a.Service/Login";
const login = async ({ password }: { password: string }) => ({ value: `token of ${password}` });

test("loginWith() asks for the credentials at every login", async () => {
  let password = "first";
  const rotating = loginWith(rpc, async () => ({ password }), login);
  assert.equal((await rotating()).value, "token of first");
  password = "second";
  assert.equal((await rotating()).value, "token of second");
  assert.equal((await loginWith(rpc, { password: "fixed" }, login)()).value, "token of fixed");
});

test("loginWith() fails without credentials before anything is sent", async () => {
  const sent = async () => assert.fail("was sent");
  await assert.rejects(loginWith(rpc, undefined, sent)(), (error) => {
    assert.ok(error instanceof UnauthenticatedError);
    assert.equal(error.attempts, 0);
    return true;
  });
});

test("loginWith() keeps the credentials out of sight", () => {
  assert.doesNotMatch(
    inspect(loginWith(rpc, { password: "hunter2" }, login), { showHidden: true, depth: 9 }),
    /hunter2/,
  );
});
