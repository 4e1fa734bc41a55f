import assert from "node:assert/strict";
import { test } from "node:test";
import type { Write } from "./message-size.js";
import { overlayWrites, type Row } from "./overlay-writes.js";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** `"a=1 b"`: a row or put of 1 at a, a deletion of b. */
const writes = (line: string): Write[] =>
  line
    .split(" ")
    .filter(Boolean)
    .map((item) => item.split("=", 2) as [string, string?])
    .map(([key, value]) => ({ key: utf8(key), value: value === undefined ? undefined : utf8(value), cfName: "" }));

async function* rows(line: string): AsyncIterable<Row> {
  for (const { key, value = new Uint8Array() } of writes(line)) yield { key, value };
}

async function overlaid(committed: string, own: string): Promise<string> {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const found: string[] = [];
  for await (const { key, value } of overlayWrites(rows(committed), writes(own))) {
    found.push(`${text(key)}=${text(value)}`);
  }
  return found.join(" ");
}

test("overlayWrites() merges writes and rows in the order of their keys", async () => {
  assert.equal(await overlaid("b=1 d=1 f=1", "a=2 c=2 e=2 g=2"), "a=2 b=1 c=2 d=1 e=2 f=1 g=2");
  assert.equal(await overlaid("", "a=2 b=2"), "a=2 b=2");
  assert.equal(await overlaid("a=1 b=1", ""), "a=1 b=1");
});

test("overlayWrites() puts a write in place of the row of its key, and hides what is deleted", async () => {
  assert.equal(await overlaid("a=1 b=1 c=1", "a=2 b c=2"), "a=2 c=2");
  assert.equal(await overlaid("a=1 b=1 c=1", "a b c"), "");
  assert.equal(await overlaid("b=1", "a b0 c"), "b=1");
  assert.equal(await overlaid("a=1 b=1", "a=2 ab=2 b"), "a=2 ab=2");
  assert.equal(await overlaid("a=1", "a="), "a=");
});
