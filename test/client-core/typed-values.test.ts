import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, type Codec, codecOf, type InputOf, json, type OutputOf, SchemaError, text } from "@pumice/client-core";
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";

/** True where both types are the same; for any other pair it does not compile. */
const same = <A, B>(..._: (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? [] : [never]) => true;

const where = 'value of key "user:1" in family "users"';

/** One shape in each library: `age` goes in as text and comes out as a number, `tags` may be missing. */
const schemas = {
  zod: z.object({
    name: z.string().min(2),
    age: z.string().regex(/^\d+$/).transform(Number),
    tags: z.array(z.string()).default([]),
  }),
  "zod, asynchronous": z.object({
    name: z.string().refine(async (name) => name.length >= 2),
    age: z.string().regex(/^\d+$/).transform(Number),
    tags: z.array(z.string()).default([]),
  }),
  valibot: v.object({
    name: v.pipe(v.string(), v.minLength(2)),
    age: v.pipe(v.string(), v.digits(), v.transform(Number)),
    tags: v.optional(v.array(v.string()), []),
  }),
  "valibot, asynchronous": v.objectAsync({
    name: v.pipeAsync(
      v.string(),
      v.checkAsync(async (name) => name.length >= 2),
    ),
    age: v.pipe(v.string(), v.digits(), v.transform(Number)),
    tags: v.optional(v.array(v.string()), []),
  }),
  arktype: type({
    name: "string >= 2",
    age: "string.numeric.parse",
    tags: type("string[]").default(() => []),
  }),
};

interface User {
  name: string;
  age: number;
  tags: string[];
}

for (const [name, schema] of Object.entries(schemas)) {
  const codec = codecOf(schema);

  test(`codecOf() a schema of ${name} stores the input and reads the output`, async () => {
    const stored = await codec.encode({ name: "Ada", age: "36" }, where);
    assert.equal(text.decode(stored), '{"name":"Ada","age":"36"}');
    const user: User = await codec.decode(stored, where);
    assert.deepEqual({ ...user }, { name: "Ada", age: 36, tags: [] });
  });

  test(`codecOf() a schema of ${name} names where, and every problem with its path`, async () => {
    const hasAll = (error: unknown) => {
      assert.ok(error instanceof SchemaError);
      assert.equal(error.where, where);
      assert.deepEqual(error.problems.map(({ path }) => path.join(".")).sort(), ["age", "name", "tags.0"]);
      assert.ok(error.problems.every(({ message }) => message !== ""));
      assert.match(error.message, /^Cannot use the value of key "user:1" in family "users": .*tags\[0\]: /s);
      return true;
    };
    const wrong = { name: "A", age: "old", tags: [1] };
    await assert.rejects(async () => codec.encode(wrong as never, where), hasAll);
    await assert.rejects(async () => codec.decode(json().encode(wrong), where), hasAll);
  });
}

test("codecOf() a synchronous schema answers at once", () => {
  assert.ok(!(codecOf(schemas.zod).encode({ name: "Ada", age: "36" }) instanceof Promise));
  assert.ok(codecOf(schemas["zod, asynchronous"]).encode({ name: "Ada", age: "36" }) instanceof Promise);
});

test("InputOf and OutputOf are the types of a schema, of a codec, and of JSON with either", () => {
  same<InputOf<typeof schemas.zod>, { name: string; age: string; tags?: string[] | undefined }>();
  same<InputOf<typeof schemas.valibot>, { name: string; age: string; tags?: string[] | undefined }>();
  same<InputOf<typeof schemas.arktype>, { name: string; age: string; tags?: string[] }>();
  same<OutputOf<typeof schemas.zod>, { name: string; age: number; tags: string[] }>();
  same<OutputOf<typeof schemas.valibot>, { name: string; age: number; tags: string[] }>();
  same<OutputOf<typeof schemas.arktype>, { name: string; age: number; tags: string[] }>();

  const typed = { text, bytes, json: json(), asserted: json<User>(), validated: json(schemas.zod) };
  same<InputOf<typeof typed.text>, string>();
  same<OutputOf<typeof typed.bytes>, Uint8Array>();
  same<OutputOf<typeof typed.json>, unknown>();
  same<OutputOf<typeof typed.asserted>, User>();
  same<InputOf<typeof typed.validated>, InputOf<typeof schemas.zod>>();
  same<OutputOf<typeof typed.validated>, OutputOf<typeof schemas.zod>>();

  const own: Codec<Date> = {
    encode: (date) => text.encode(date.toISOString()),
    decode: (stored) => new Date(text.decode(stored)),
  };
  same<InputOf<typeof own>, Date>();
  same<OutputOf<ReturnType<typeof codecOf<typeof own>>>, Date>();
  // @ts-expect-error: a schema's output is not its input
  assert.throws(() => codecOf(schemas.zod).encode({ name: "Ada", age: 36 }), SchemaError);
  // @ts-expect-error: neither a codec nor a schema
  assert.throws(() => codecOf("text"), TypeError);
});
