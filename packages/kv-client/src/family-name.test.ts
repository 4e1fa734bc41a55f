import assert from "node:assert/strict";
import { test } from "node:test";
import { checkFamilyName, familyName } from "./family-name.js";

test("familyName() has one name for the default family, and every other one's own", () => {
  assert.equal(familyName(undefined), "");
  assert.equal(familyName("default"), "");
  assert.equal(familyName("Users "), "Users ");
});

test("checkFamilyName() refuses an empty name and what is no text", () => {
  for (const name of ["", 5 as never, null as never, "\ud800"]) assert.throws(() => checkFamilyName(name), TypeError);
});
