import assert from "node:assert/strict";
import { test } from "node:test";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { isKvRole, mayCall } from "./kv-roles.js";

const rpcsOf = (...roles: string[]) =>
  ScoriaDB.methods
    .map(({ name }) => name)
    .filter((rpc) => mayCall(rpc, roles))
    .sort()
    .join(" ");

test("mayCall() lets each role do what those below it may", () => {
  assert.equal(rpcsOf(), "");
  assert.equal(rpcsOf("readonly"), "Get Scan");
  assert.equal(rpcsOf("readwrite"), "BeginTxn CommitTxn Delete Get Put RollbackTxn Scan");
  assert.equal(rpcsOf("readonly", "readwrite"), rpcsOf("readwrite"));
  assert.equal(rpcsOf("admin").split(" ").length, ScoriaDB.methods.length);
});

test("isKvRole() takes exact names only", () => {
  assert.deepEqual(["admin", "readwrite", "readonly"].map(isKvRole), [true, true, true]);
  assert.deepEqual(["king", "Admin", "", "toString"].map(isKvRole), [false, false, false, false]);
  assert.equal(rpcsOf("king", "toString"), "");
});
