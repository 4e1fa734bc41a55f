import assert from "node:assert/strict";
import { test } from "node:test";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { bytes, type Codec, codecOf, json, text } from "./codec.js";
import { SchemaError } from "./schema-error.js";

const utf8 = (source: string) => new TextEncoder().encode(source);

/** Takes text of digits and gives the number; it has methods that look like a codec's. */
const digits: StandardSchemaV1<string, number> & Codec<string> = {
  encode: () => utf8("not asked"),
  decode: () => "not asked",
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      typeof value === "string" && /^\d+$/.test(value)
        ? { value: Number(value) }
        : { issues: [{ message: "must be digits" }] },
  },
};

test("text encodes strings as UTF-8 and refuses what is none, saying where", () => {
  assert.deepEqual(text.encode("é"), utf8("é"));
  assert.equal(text.decode(utf8("\u{feff}é")), "\u{feff}é");
  assert.throws(() => text.encode("\ud800", "name"), { name: "TypeError", message: /the name: .* surrogate/ });
  assert.throws(() => text.decode(new Uint8Array([0xff]), "name"), {
    name: "TypeError",
    message: /the name .*not UTF-8/,
  });
});

test("bytes passes bytes through and refuses everything else", () => {
  const value = new Uint8Array([1, 2]);
  assert.equal(bytes.encode(value), value);
  assert.equal(bytes.decode(value), value);
  for (const wrong of ["text", null, [1]]) {
    assert.throws(() => bytes.encode(wrong as never, "photo"), { name: "TypeError", message: /Cannot send the photo/ });
  }
});

test("json() keeps what JSON can hold and refuses what it cannot, saying where", () => {
  const value = { a: [1, null, "é"], b: { c: true } };
  assert.deepEqual(json().decode(json().encode(value)), value);
  const circle: unknown[] = [];
  circle.push(circle);
  for (const wrong of [undefined, () => 1, Symbol("s"), 1n, circle]) {
    assert.throws(() => json().encode(wrong, "note"), { name: "TypeError", message: /Cannot send the note: JSON/ });
  }
  assert.throws(() => json().decode(utf8("{"), "note"), { name: "TypeError", message: /the note: it is not JSON/ });
});

test("json() with a schema stores the input and reads the output", async () => {
  const codec = json(digits);
  assert.deepEqual(codec.encode("007"), utf8('"007"'));
  assert.equal(codec.decode(utf8('"007"')), 7);
});

test("json() with a schema validates on the way in and on the way out", () => {
  const codec = json(digits);
  assert.throws(
    () => codec.encode("seven", "count"),
    (error) => error instanceof SchemaError && error.where === "count",
  );
  assert.throws(
    () => codec.decode(utf8("7"), "count"),
    (error) => error instanceof SchemaError && error.where === "count",
  );
});

test("codecOf() gives a codec as it is, and JSON for a schema, also for one with methods of a codec", () => {
  assert.equal(codecOf(text), text);
  assert.deepEqual(codecOf(digits).encode("12"), utf8('"12"'));
});
