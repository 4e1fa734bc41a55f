import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePickle, formCall, PickleCall, PickleGlobal, PickleTuple, sourceCall } from "@pumice/shelf-client/wire";
import { loadPickle } from "./load-pickle.js";
import { PythonObject } from "./python-type.js";
import { ShelfFunction } from "./shelf-function.js";

const call = (module: string, name: string, ...args: readonly unknown[]) =>
  loadPickle(encodePickle(new PickleCall(new PickleGlobal(module, name), args)));

test("loadPickle() makes functions of the client's forms, which are interpreted", () => {
  const found = loadPickle(encodePickle(formCall(["filter", ["gt", ["n"], 3]])));
  assert.ok(found instanceof ShelfFunction);
  assert.equal(found.test(["k", new Map([["n", 4]])]), true);
  assert.equal(found.test(["k", new Map([["n", 3]])]), false);
  assert.throws(() => found.edit, /Cannot run a filter in the place of an edit/);
});

test("loadPickle() makes pairs of the official client's items, bytes of its bytearrays, and opaque dates", () => {
  const pair = call("shelfdb.shelf.schema", "Item", "k", 1);
  assert.deepEqual(pair, new PickleTuple(["k", 1]));
  const itemClass = new PickleCall(new PickleGlobal("dill._dill", "_create_namedtuple"), [
    "Item",
    new PickleTuple(["key", "value"]),
    "shelfdb.shelf.schema",
  ]);
  assert.deepEqual(loadPickle(encodePickle(new PickleCall(itemClass, ["k", 1]))), pair);
  assert.deepEqual(call("builtins", "bytearray", Uint8Array.of(1)), Uint8Array.of(1));
  assert.deepEqual(call("_codecs", "encode", "a\xff", "latin1"), Uint8Array.of(97, 255));
  assert.deepEqual(call("__builtin__", "bytes"), new Uint8Array());
  assert.deepEqual(call("datetime", "date", 2026, 1, 2), new PythonObject("datetime.date"));
});

test("loadPickle() refuses every other name and all of Python's source, by what it says", () => {
  const refusals: [() => unknown, string, RegExp][] = [
    [() => call("os", "system", "true"), "ModuleNotFoundError", /^No module named 'os'$/],
    [() => call("builtins", "exec", "1"), "AttributeError", /Can't get attribute 'exec'/],
    [() => call("dill._dill", "_create_function"), "NotImplementedError", /Cannot run a Python function/],
    [() => call("builtins", "eval", "1", {}), "NotImplementedError", /Cannot run Python source/],
    [() => loadPickle(encodePickle(sourceCall("lambda v: v", [1]))), "NotImplementedError", /Python source/],
    [() => call("shelfdb.shelf.schema", "Item", "k"), "TypeError", /takes 3 positional arguments but 2 were given/],
    [() => loadPickle(Uint8Array.of(0x80, 4)), "EOFError", /^Ran out of input$/],
  ];
  for (const [run, type, message] of refusals) assert.throws(run, { type, message });
});

test("loadPickle() takes the program of one form for no other", () => {
  const { callable } = formCall(["filter", ["exists", ["n"]]]);
  const other = new PickleCall(callable, [["filter", ["gt", ["n"], 3]]]);
  assert.throws(() => loadPickle(encodePickle(other)), { type: "NotImplementedError" });
});
