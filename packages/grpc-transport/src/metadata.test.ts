import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { fieldValue, headerFields, toHeaders } from "./metadata.js";

test("headerFields() takes every kind of HeadersInit, names in lower case", () => {
  const expected = ["x-a", "1", "x-b-bin", "AQI"];
  assert.deepEqual(headerFields({ "X-A": "1", "X-B-Bin": "AQI" }), expected);
  assert.deepEqual(
    headerFields([
      ["X-A", " 1 "],
      ["x-b-bin", "AQI"],
    ]),
    expected,
  );
  assert.deepEqual(headerFields(new Headers({ "X-A": "1", "x-b-bin": "AQI" })), expected);
  assert.deepEqual(headerFields(undefined), []);
});

test("headerFields() takes pairs from any iterable, as Headers does", () => {
  assert.deepEqual(headerFields(new Map([["X-A", "1"]]) as never), ["x-a", "1"]);
});

test("headerFields() leaves out what only the transport may write", () => {
  assert.deepEqual(
    headerFields({ TE: "x", "content-type": "x", Host: "x", connection: "x", "grpc-encoding": "x" }),
    [],
  );
});

test("headerFields() refuses what HTTP cannot carry", () => {
  for (const bad of [{ "a b": "1" }, { "": "1" }, { ":path": "/" }, { a: "b\r\nc: d" }, { a: "\u20ac" }]) {
    assert.throws(() => headerFields(bad as Record<string, string>), { code: Code.InvalidArgument });
  }
});

test("toHeaders() joins repeated fields, of all blocks", () => {
  const headers = toHeaders(["a", "1", "b", "2"], ["a", "3"]);
  assert.deepEqual(
    [...headers],
    [
      ["a", "1, 3"],
      ["b", "2"],
    ],
  );
});

test("fieldValue() gives the last field of a name, and no value for a name", () => {
  assert.equal(fieldValue(["a", "b", "b", "1", "b", "2"], "b"), "2");
  assert.equal(fieldValue(["a", "b"], "b"), undefined);
});
