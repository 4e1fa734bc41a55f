import type { StandardSchemaV1 } from "@standard-schema/spec";
import { SchemaError } from "./schema-error.js";

/**
 * The output that a schema makes of a value; a promise only if the schema is asynchronous.
 *
 * @param schema - Of any library that implements Standard Schema: zod, valibot, arktype, ...
 * @param where - What the value is, for the error: `value of key "user:1" in family "users"`.
 * @throws SchemaError if the value does not fit; from the promise if there is one.
 */
export function validate<Output>(
  schema: StandardSchemaV1<unknown, Output>,
  value: unknown,
  where: string,
): Output | Promise<Output> {
  const result = schema["~standard"].validate(value);
  return "then" in result ? result.then((late) => outputOf(late, where)) : outputOf(result, where);
}

function outputOf<Output>(result: StandardSchemaV1.Result<Output>, where: string): Output {
  if (!result.issues) return result.value;
  const problems = result.issues.map(({ message, path = [] }) => ({ message, path: path.map(keyOf) }));
  throw new SchemaError(where, problems);
}

function keyOf(segment: PropertyKey | StandardSchemaV1.PathSegment): PropertyKey {
  return typeof segment === "object" ? segment.key : segment;
}
