import assert from "node:assert/strict";
import { test } from "node:test";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { validate } from "./validate.js";

type Result = StandardSchemaV1.Result<number>;

/** A schema that always says the same. */
function schema(result: Result | Promise<Result>): StandardSchemaV1<unknown, number> {
  return { "~standard": { version: 1, vendor: "test", validate: () => result } };
}

const failure: Result = {
  issues: [{ message: "is missing", path: ["a", { key: 0 }] }, { message: "is odd" }],
};
const problems = [
  { message: "is missing", path: ["a", 0] },
  { message: "is odd", path: [] },
];

test("validate() gives the output of a synchronous schema at once", () => {
  assert.equal(validate(schema({ value: 1 }), "1", "value"), 1);
});

test("validate() throws all problems of a synchronous schema at once, with their paths", () => {
  assert.throws(() => validate(schema(failure), "1", "note"), { name: "SchemaError", where: "note", problems });
});

test("validate() gives a promise of what an asynchronous schema says", async () => {
  assert.equal(await validate(schema(Promise.resolve({ value: 1 })), "1", "value"), 1);
  const failing = validate(schema(Promise.resolve(failure)), "1", "note");
  await assert.rejects(async () => failing, { name: "SchemaError", where: "note", problems });
});
