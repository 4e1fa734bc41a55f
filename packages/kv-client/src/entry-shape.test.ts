import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { bytes, text } from "@pumice/client-core";
import { codecShape } from "./entry-shape.js";

const utf8 = (value: string) => new TextEncoder().encode(value);

test("codecShape() without codecs takes strings and bytes, and gives text and bytes", async () => {
  const shape = codecShape("f", {});
  assert.deepEqual(await shape.key("é"), utf8("é"));
  assert.deepEqual(await shape.value(new Uint8Array([1]), utf8("k")), new Uint8Array([1]));
  const entry = await shape.entry(Buffer.from("k"), Buffer.from([2]));
  assert.deepEqual([entry.key, entry.value], ["k", new Uint8Array([2])]);
  assert.equal(entry.value.constructor, Uint8Array);
});

test("codecShape() names key and family in its errors, a key that is no text by its bytes", async () => {
  const shape = codecShape("f", { key: bytes, value: text });
  const named = (where: string) => (error: unknown) => error instanceof TypeError && error.message.includes(where);
  await assert.rejects(async () => shape.key(5 as never), named('key in family "f"'));
  await assert.rejects(async () => shape.value(5 as never, utf8("k")), named('value of key "k" in family "f"'));
  await assert.rejects(
    async () => shape.entry(new Uint8Array([0xfe, 0x01]), new Uint8Array([0xff])),
    named('value of key 0xfe01 in family "f"'),
  );
});

test("codecShape() refuses a codec that makes no bytes", async () => {
  const shape = codecShape("f", { value: { encode: () => 5 as never, decode: () => 5 } });
  await assert.rejects(async () => shape.value(1 as never, utf8("k")), /encoded value .* got number/);
});

test("a typed entry can be spread and logged though its key is not UTF-8", async () => {
  const entry = await codecShape("f", { value: bytes }).entry(new Uint8Array([0xff]), new Uint8Array([1]));
  assert.deepEqual(Object.keys({ ...entry }), ["keyBytes", "bytes", "value"]);
  assert.match(inspect(entry), /keyBytes/);
  assert.throws(() => entry.key, TypeError);
});
