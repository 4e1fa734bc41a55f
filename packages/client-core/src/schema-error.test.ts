import assert from "node:assert/strict";
import { test } from "node:test";
import { SchemaError } from "./schema-error.js";

test("SchemaError says where, and every problem with its path as one would write it in code", () => {
  const error = new SchemaError('value of key "a" in family "b"', [
    { message: "too old", path: [] },
    { message: "must be a string", path: ["address", "lines", 0, "post code"] },
    { message: "is odd", path: [Symbol("mark"), "ok"] },
  ]);
  assert.equal(
    error.message,
    'Cannot use the value of key "a" in family "b": it does not fit its schema: too old; ' +
      'address.lines[0]["post code"]: must be a string; [Symbol(mark)].ok: is odd',
  );
  assert.equal(error.where, 'value of key "a" in family "b"');
  assert.equal(error.problems.length, 3);
  assert.ok(error instanceof TypeError);
  assert.equal(error.name, "SchemaError");
});

test("SchemaError recognises an instance of another copy of its class by the brand, and no other TypeError", () => {
  const fromOtherCopy: unknown = Object.assign(new TypeError("bad"), { [SchemaError.brand]: true });
  assert.ok(fromOtherCopy instanceof SchemaError);
  for (const value of [new TypeError("bad"), null, "text"]) assert.ok(!((value as unknown) instanceof SchemaError));
  class MySchemaError extends SchemaError {}
  assert.ok((new MySchemaError("value", []) as unknown) instanceof MySchemaError);
  assert.ok(!((new SchemaError("value", []) as unknown) instanceof MySchemaError));
});
