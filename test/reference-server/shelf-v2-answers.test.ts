import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startReferenceServer } from "@pumice/reference-server";
import { decodeAnswer, encodePickle, type Step, step } from "@pumice/shelf-client/wire";
import { rawShelfRequest } from "../support/raw-shelf-request.js";

// What a real 2.0.0 answered; it cannot be installed by name, so that the answers stand here.

const server = await startReferenceServer();
const { url } = server.shelf.v2;
after(() => server.close({ drainMs: 0 }));

const documents = {
  a: { n: 10, old: false },
  b: { n: 2, t: "x" },
  c: { n: 34 },
  d: { n: 4 },
  e: { n: 5 },
  É: { n: 6 },
};
const key = (name: keyof typeof documents): unknown => [name, documents[name]];
let shelves = 0;

/** The answer of a query on a shelf with the documents. */
async function answer(...steps: readonly Step[]): Promise<unknown> {
  const shelf = `s${shelves++}`;
  await ask({ type: "query", shelf, queries: [step("put_many", Object.entries(documents))] });
  return await ask({ type: "query", shelf, queries: steps });
}

/** Sends whatever it is: what is wrong with a request is wanted here. */
async function ask(request: unknown): Promise<unknown> {
  return decodeAnswer(await rawShelfRequest(url, encodePickle(request)));
}

const error = (type: string, message: string): unknown => ({ __error__: { type, message } });

test("the in-memory v2 answers every operation as 2.0.0 does", async () => {
  const rows: [Step[], unknown][] = [
    [[], Object.entries(documents)],
    [[step("count")], 6],
    [[step("first")], key("a")],
    [[step("key", "zz"), step("first")], null],
    [[step("key", "a")], [key("a")]],
    [[step("key", "zz")], []],
    [[step("key", "a"), step("key", "b")], []],
    [[step("key_range", "a", "c")], [key("a"), key("b")]],
    [[step("key_range", "c", "a")], []],
    [[step("key_range", "", "b")], [key("a")]],
    [[step("keys_in", ["c", "nope", "a", "c"])], [key("c"), key("a"), key("c")]],
    [[step("keys_in", "ab")], [key("a"), key("b")]],
    [
      [step("keys_in", ["c", "a", "b"]), step("key_range", "a", "c")],
      [key("a"), key("b")],
    ],
    [[step("slice", 1, 3)], [key("b"), key("c")]],
    [[step("slice", 0, null, 2)], [key("a"), key("c"), key("e")]],
    [[step("slice", 6, null)], []],
    [[step("filter", null), step("count")], 6],
    [[step("put", "k", { x: 1 })], [["k", { x: 1 }]]],
    [[step("put", "k", {}), step("count")], 1],
    [[step("put_many", [])], null],
    [[step("key", "a"), step("update", { old: true })], [["a", { n: 10, old: true }]]],
    [[step("key", "a"), step("replace", { x: 1 })], [["a", { x: 1 }]]],
    [
      [step("keys_in", ["b", "b"]), step("delete")],
      [true, false],
    ],
    [[step("key", "zz"), step("delete")], []],
  ];
  for (const [steps, expected] of rows) assert.deepEqual(await answer(...steps), expected, JSON.stringify(steps));
});

test("the in-memory v2 refuses steps in the words of 2.0.0, and undoes the ones before", async () => {
  const indices = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
  const rows: [Step[], unknown][] = [
    [[step("count"), step("update", {})], error("ValueError", "Unsupported query op: update")],
    [[step("sort")], error("ValueError", "Unsupported query op: sort")],
    [[step("filter", null), step("keys_in", [])], error("RuntimeError", "`keys_in()` requires the base shelf.")],
    [[step("put_many", []), step("count")], error("RuntimeError", "Query returned None and cannot continue.")],
    [[step("key", "zz"), step("update", {})], error("RuntimeError", "`update()` requires existing selection.")],
    [[step("slice", -1, 2)], error("ValueError", indices)],
    [[step("slice", 0, 2, 0)], error("ValueError", "Step for islice() must be a positive integer or None.")],
    [[step("key", 1)], error("TypeError", "Key must be a str instance.")],
    [[step("put", "k", [])], error("TypeError", "Data must be a dict instance.")],
    [[step("put_many", ["ab"])], error("TypeError", "Each item must be a (key, data) pair.")],
    [[step("put_many", null)], error("TypeError", "'NoneType' object is not iterable")],
    [[step("filter", "x")], error("TypeError", "'str' object is not callable")],
    [
      [step("key", "a", "b")],
      error("TypeError", "QueryBuilderMixin.key() takes 2 positional arguments but 3 were given"),
    ],
    [[step("key")], error("TypeError", "QueryBuilderMixin.key() missing 1 required positional argument: 'key'")],
  ];
  for (const [steps, expected] of rows) assert.deepEqual(await answer(...steps), expected, JSON.stringify(steps));
  const shelf = "undone";
  const failing = [step("put", "k", {}), step("put", "l", [])];
  assert.deepEqual(await ask({ type: "query", shelf, queries: failing }), rows[8]?.[1]);
  assert.deepEqual(await ask({ type: "query", shelf, queries: [] }), []);
});

test("the in-memory v2 refuses requests of another form in the words of 2.0.0", async () => {
  const queries: readonly Step[] = [];
  for (const request of [[], null, "x", {}, { type: 5 }]) {
    assert.deepEqual(await ask(request), error("ValueError", "RPC payload is invalid."));
  }
  assert.deepEqual(await ask({ type: "ping" }), error("ValueError", "Unsupported request type: ping"));
  const count = { op: "count", args: [], kwargs: {} };
  for (const wrong of [
    { shelf: "s" },
    { shelf: "", queries },
    { shelf: "s", queries, more: 1 },
    { shelf: "s", queries: [{ op: "count", args: [] }] },
    { shelf: "s", queries: [{ ...count, write: 1 }] },
    { shelf: "s", queries: [{ ...count, more: 1 }] },
  ]) {
    assert.deepEqual(await ask({ type: "query", ...wrong }), error("ValueError", "Query payload is invalid."));
  }
  for (const wrong of [
    { txs: [] },
    { txs: [], write: 1 },
    { txs: {}, write: true },
    { txs: [null], write: true },
    { txs: [{ shelf: "", queries }], write: true },
  ]) {
    const expected = error("ValueError", "Transaction payload is invalid.");
    assert.deepEqual(await ask({ type: "transaction", ...wrong }), expected);
  }
});

test("the in-memory v2 is full at ten mebibytes, and has room again after deletions", async () => {
  const put = (n: number) =>
    ask({ type: "query", shelf: "full", queries: [step("put", `k${n}`, { text: "x".repeat(500_000) })] });
  let stored = 0;
  let last = await put(0);
  for (; Array.isArray(last) && stored < 30; last = await put(stored)) stored += 1;
  assert.ok(stored > 15 && stored < 22, `${stored} were stored`);
  assert.match(JSON.stringify(last), /"MapFullError","message":"mdb_put: MDB_MAP_FULL/);
  const deleted = await ask({ type: "query", shelf: "full", queries: [step("delete")] });
  assert.deepEqual(deleted, new Array(stored).fill(true));
  assert.ok(Array.isArray(await put(0)));
});
