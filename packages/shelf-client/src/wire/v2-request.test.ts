import assert from "node:assert/strict";
import { test } from "node:test";
import { checkRequest, encodeRequest, queryRequest, step, transactionRequest } from "./v2-request.js";

test("encodeRequest() writes the bytes that a real 2.0.0 server answered", () => {
  const put = queryRequest("note", [step("put", "a", { n: 1 })]);
  assert.equal(
    Buffer.from(encodeRequest(put)).toString("hex"),
    "80047d288c04747970658c0571756572798c057368656c668c046e6f74658c07717565726965735d287d288c026f708c037075748c04617267735d288c01617d288c016e4b0175658c066b77617267737d8c057772697465887565752e",
  );
});

test("transactionRequest() sets write when any step writes", () => {
  const read = { shelf: "a", queries: [step("count")] };
  assert.equal(transactionRequest([]).write, false);
  assert.equal(transactionRequest([read]).write, false);
  for (const op of ["put", "put_many", "update", "replace", "edit", "delete"]) {
    assert.equal(transactionRequest([read, { shelf: "b", queries: [step(op)] }]).write, true, op);
  }
});

test("checkRequest() takes a step that writes in a transaction with write: false, as the server does", () => {
  checkRequest({ type: "transaction", write: false, txs: [{ shelf: "a", queries: [step("put", "k", {})] }] });
  checkRequest({ type: "query", shelf: "a", queries: [{ op: "count", args: [], kwargs: {} }] });
});

test("checkRequest() names the field that is missing, too many or of the wrong type", () => {
  const count = { op: "count", args: [], kwargs: {} };
  const refused: [unknown, RegExp][] = [
    [null, /type must be "query" or "transaction"/],
    [{ type: "ping" }, /type must be/],
    [{ type: "query", shelf: "a" }, /it must be an object of type, shelf, queries, got type, shelf$/],
    [{ ...queryRequest("a", []), more: 1 }, /got type, shelf, queries, more/],
    [queryRequest("", []), /shelf must be a string that is not empty/],
    [{ type: "query", shelf: "a", queries: {} }, /queries must be an array/],
    [
      { type: "query", shelf: "a", queries: [{ op: "count", args: [] }] },
      /queries\[0\] must be an object of op, args, kwargs/,
    ],
    [{ type: "query", shelf: "a", queries: [{ ...count, op: 1 }] }, /queries\[0\]\.op must be a string/],
    [{ type: "query", shelf: "a", queries: [{ ...count, args: {} }] }, /queries\[0\]\.args must be an array/],
    [{ type: "query", shelf: "a", queries: [{ ...count, kwargs: [] }] }, /queries\[0\]\.kwargs must be an object/],
    [{ type: "query", shelf: "a", queries: [{ ...count, write: 1 }] }, /queries\[0\]\.write must be a boolean/],
    [{ type: "transaction", write: 1, txs: [] }, /write must be a boolean/],
    [{ type: "transaction", write: true, txs: {} }, /txs must be an array/],
    [{ type: "transaction", write: true, txs: [{ shelf: "", queries: [] }] }, /txs\[0\]\.shelf must be/],
    [
      { type: "transaction", write: true, txs: [{ shelf: "a", queries: [{ ...count, op: null }] }] },
      /txs\[0\]\.queries\[0\]\.op/,
    ],
  ];
  for (const [request, message] of refused) assert.throws(() => checkRequest(request), { name: "TypeError", message });
});
