import assert from "node:assert/strict";
import { test } from "node:test";
import { readError, readReply } from "./server-error.js";

test("readError() takes only a map with the single key __error__ and two strings for an error", () => {
  assert.deepEqual(readError({ __error__: { type: "ValueError", message: "" } }), { type: "ValueError", message: "" });
  const results = [
    null,
    [],
    { __error__: { type: "ValueError" } },
    { __error__: { type: "ValueError", message: 1 } },
    { __error__: { type: "ValueError", message: "", more: 1 } },
    { __error__: { type: "ValueError", message: "" }, more: 1 },
    [{ __error__: { type: "ValueError", message: "" } }],
  ];
  for (const result of results) assert.equal(readError(result), undefined);
});

test("readReply() reads results, results that were left out, and errors", () => {
  assert.deepEqual(readReply({ ok: true, result: 5 }), { ok: true, result: 5 });
  assert.deepEqual(readReply({ ok: true }), { ok: true, result: undefined });
  assert.deepEqual(readReply({ ok: false, error: "no active transaction" }), {
    ok: false,
    error: "no active transaction",
  });
  for (const other of [null, 1, [], {}, { ok: 1 }, { ok: false }, { ok: false, error: 1 }]) {
    assert.equal(readReply(other), undefined);
  }
});
