import assert from "node:assert/strict";
import { test } from "node:test";
import { HpackDecoder } from "./hpack-decoder.js";
import { encodeHeaders, noDynamicTable } from "./hpack-encoder.js";

test("encodeHeaders() writes fields of the static table as one byte", () => {
  assert.equal(Buffer.from(encodeHeaders([":method", "POST", ":status", "200"])).toString("hex"), "8388");
});

test("encodeHeaders() names a field by its static index and never adds it to the table", () => {
  assert.equal(Buffer.from(encodeHeaders([":path", "/sample/path"])).toString("hex"), "040c2f73616d706c652f70617468");
});

test("encodeHeaders() marks secrets so that no proxy indexes them", () => {
  const [first = 0, second] = encodeHeaders(["authorization", "Bearer x"]);
  assert.equal(first & 0xf0, 0x10);
  assert.equal(second, 23 - 15);
});

test("encodeHeaders() is undone by HpackDecoder, whatever the lengths", () => {
  const decoder = new HpackDecoder();
  for (const length of [0, 1, 126, 127, 128, 254, 255, 256, 16_383, 16_384, 60_000]) {
    const fields = ["x-some", "v".repeat(length), "n".repeat(Math.max(1, length % 1000)), "\u00e9\u00ff"];
    decoder.push(encodeHeaders(fields));
    assert.deepEqual(decoder.finish(), fields);
  }
});

test("noDynamicTable is a size update that may stand before any block", () => {
  const decoder = new HpackDecoder();
  decoder.push(Buffer.concat([noDynamicTable, encodeHeaders([":method", "POST"])]));
  assert.deepEqual(decoder.finish(), [":method", "POST"]);
});
