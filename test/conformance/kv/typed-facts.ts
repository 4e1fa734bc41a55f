import assert from "node:assert/strict";
import { json, SchemaError, text } from "@pumice/kv-client";
import { type } from "arktype";
import * as v from "valibot";
import * as z from "zod";
import { connectTo, type Fact, freshPrefix, type KvTarget } from "../kv-target.js";

const schemas = {
  zod: z.object({ name: z.string(), age: z.number() }),
  "zod, asynchronous": z.object({ name: z.string().refine(async (name) => name !== ""), age: z.number() }),
  valibot: v.object({ name: v.string(), age: v.number() }),
  arktype: type({ name: "string", age: "number" }),
};

/** Families with keys and values by codec and schema. */
export function typedFacts(target: KvTarget, fact: Fact): void {
  for (const [library, schema] of Object.entries(schemas)) {
    fact(`a family typed by a schema of ${library} validates on the way in and out`, async () => {
      await using kv = connectTo(target);
      const prefix = freshPrefix();
      const people = kv.family("default", { value: schema });
      await people.put(`${prefix}1`, { name: "Alice", age: 42 });
      const alice: { name: string; age: number } | undefined = (await people.get(`${prefix}1`))?.value;
      assert.deepEqual(alice, { name: "Alice", age: 42 });
      const wrong = { name: 7, age: "old" } as never;
      const named = `value of key "${prefix}2" in family "default"`;
      const isRefused = (error: unknown) =>
        error instanceof SchemaError && error.where === named && error.problems.length === 2;
      await assert.rejects(people.put(`${prefix}2`, wrong), isRefused);
      assert.equal(await people.get(`${prefix}2`), undefined);
      await kv.put(`${prefix}2`, JSON.stringify(wrong));
      await assert.rejects(people.get(`${prefix}2`), isRefused);
      await assert.rejects(people.scan(prefix).toArray(), isRefused);
      await assert.rejects(
        kv.transaction((txn) => txn.family("default", { value: schema }).put(`${prefix}2`, wrong)),
        isRefused,
      );
    });
  }

  fact("a typed family stores a schema's input and reads its output", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    const dates = kv.family("default", { value: z.string().transform((iso) => new Date(iso)) });
    await dates.put(key, "2020-01-01");
    assert.equal((await kv.get(key))?.text(), '"2020-01-01"');
    const date: Date | undefined = (await dates.get(key))?.value;
    assert.deepEqual(date, new Date("2020-01-01"));
  });

  fact("a schema of keys means text, so that prefixes find them", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    const numbered = kv.family("default", {
      key: z.templateLiteral([prefix, z.number()]).transform((key) => ({ key })),
      value: json<number[]>(),
    });
    await numbered.put(`${prefix}1`, [1]);
    assert.equal((await kv.get(`${prefix}1`))?.text(), "[1]");
    const [entry] = await numbered.scan(prefix).toArray();
    assert.deepEqual([entry?.key, entry?.value], [{ key: `${prefix}1` }, [1]]);
    await assert.rejects(numbered.get(`${prefix}x` as never), /key in family "default".*does not fit its schema/);
    await numbered.delete(`${prefix}1`);
    assert.equal(await numbered.get(`${prefix}1`), undefined);
  });

  fact("a family typed by codecs encodes keys and values", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    const key = {
      encode: (id: number) => Buffer.from(`${prefix}${String(id).padStart(4, "0")}`),
      decode: (bytes: Uint8Array) => Number(Buffer.from(bytes).toString().slice(prefix.length)),
    };
    const names = kv.family("default", { key, value: text });
    for (const id of [10, 9, 100]) await names.put(id, `number ${id}`);
    assert.deepEqual(
      (await names.scan(prefix).toArray()).map((entry) => [entry.key, entry.value]),
      [
        [9, "number 9"],
        [10, "number 10"],
        [100, "number 100"],
      ],
    );
  });

  fact("a family typed by its values alone has any keys", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    const key = Buffer.concat([Buffer.from(prefix), Buffer.of(0xff)]);
    const texts = kv.family("default", { value: text });
    await texts.put(key, "v");
    const [entry] = await texts.scan(prefix).toArray();
    assert.equal(entry?.value, "v");
    assert.deepEqual(Buffer.from(entry?.keyBytes ?? []), key);
    assert.throws(() => entry?.key, TypeError);
  });
}
