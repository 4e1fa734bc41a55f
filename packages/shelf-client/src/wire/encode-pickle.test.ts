import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePickle, maxDepth } from "./encode-pickle.js";
import { Float, float } from "./float.js";
import { Named, PickleCall, PickleGlobal, PickleTuple } from "./pickle-objects.js";
import { readPickle } from "./read-pickle.js";

const hex = (value: unknown) => Buffer.from(encodePickle(value)).toString("hex");

test("encodePickle() writes the opcodes that Python's pickletools names", () => {
  assert.equal(hex(null), "80044e2e");
  assert.equal(hex([true, false]), "80045d288889652e");
  assert.equal(hex([0, 255, 256, 65535, 65536, -1]), "80045d284b004bff4d00014dffff4a000001004affffffff652e");
  assert.equal(hex([2147483648, -2147483649]), "80045d288a0500000080008a05ffffff7fff652e");
  assert.equal(hex(2n ** 63n), "80048a090000000000000080002e");
  assert.equal(hex(-(2n ** 63n)), "80048a0800000000000000802e");
  assert.equal(hex(1.5), "8004473ff80000000000002e");
  assert.equal(hex({ a: [], b: {} }), "80047d288c01615d8c01627d752e");
  assert.equal(hex(Uint8Array.of(1, 2)), "8004430201022e");
  assert.equal(hex(new PickleTuple([])), "8004292e");
});

test("encodePickle() makes ints of safe whole numbers, and floats of all others", () => {
  assert.equal(hex(float(1)), "8004473ff00000000000002e");
  assert.equal(hex(-0), "80044780000000000000002e");
  for (const value of [2 ** 53, 1e300, Number.NaN, Number.POSITIVE_INFINITY, 0.1]) {
    assert.equal(encodePickle(value)[2], 0x47, String(value));
  }
});

test("encodePickle() carries long strings, long bytes and every plane of Unicode", () => {
  const values = [
    "x".repeat(255),
    "x".repeat(256),
    "é中😀\u0000\u2028",
    new Uint8Array(300).fill(7),
    new Uint8Array(255),
  ];
  assert.deepEqual(readPickle(encodePickle(values)), values);
});

test("encodePickle() writes a call as REDUCE of a callable and a tuple", () => {
  const call = new PickleCall(new PickleGlobal("builtins", "eval"), ["1", {}]);
  assert.equal(hex(call), "80048c086275696c74696e738c046576616c93288c01317d74522e");
});

test("encodePickle() leaves properties out that are undefined, and writes a shared object twice", () => {
  const shared = { n: 1 };
  const copy = new Map([["n", 1]]);
  const written = encodePickle({ a: shared, b: undefined, c: shared });
  assert.deepEqual(
    readPickle(written),
    new Map([
      ["a", copy],
      ["c", copy],
    ]),
  );
});

test("encodePickle() refuses what ShelfDB cannot hold, and names the path", () => {
  const cycle: Record<string, unknown> = {};
  cycle["a"] = [cycle];
  const refused: [unknown, RegExp][] = [
    [{ a: { "b c": [1, () => 1] } }, /^Cannot send data\.a\["b c"\]\[1\]: ShelfDB cannot hold a function$/],
    [cycle, /^Cannot send data\.a\[0\]: ShelfDB cannot hold a cycle$/],
    [undefined, /^Cannot send data: ShelfDB cannot hold undefined$/],
    [[undefined], /data\[0\].*undefined/],
    [new Array(2), /data\[0\].*undefined/],
    [{ at: new Date(0) }, /data\.at.*ISO string/],
    [new Map([[1, 2]]), /a Map/],
    [new Set(), /an instance of Set/],
    [{ [Symbol("s")]: 1 }, /a key that is a symbol/],
    [Symbol("s"), /a symbol/],
    [JSON.parse('{"a":{"__proto__":1}}'), /data\.a.*the key __proto__/],
    [[{ __shelfdb_type__: "undef" }], /data\[0\].*the key __shelfdb_type__/],
    ["\ud83d", /half a surrogate pair/],
    [{ "\ude00": 1 }, /half a surrogate pair/],
  ];
  for (const [value, message] of refused)
    assert.throws(() => encodePickle(value, "data"), { name: "TypeError", message });
});

test("encodePickle() refuses integers beyond 64 bits, and nesting that no server gives back", () => {
  assert.throws(() => encodePickle(2n ** 64n), RangeError);
  assert.throws(() => encodePickle(-(2n ** 63n) - 1n), RangeError);
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  assert.ok(encodePickle(nested(maxDepth)).length > maxDepth);
  assert.throws(() => encodePickle(nested(maxDepth + 1)), RangeError);
});

test("Float is known to another copy of its class", () => {
  const copy = { [Symbol.for("@pumice/shelf-client/Float")]: true, value: 1 };
  assert.ok(copy instanceof Float);
  assert.ok(!({} instanceof Float));
  assert.equal(JSON.stringify({ n: float(1.5) }), '{"n":1.5}');
});

test("encodePickle() names what is Named by its own name, and what stands beside it by its place", () => {
  const bad = Symbol("bad");
  assert.throws(() => encodePickle({ args: ["k", new Named("data", { at: bad })] }), /Cannot send data\.at: /);
  assert.throws(() => encodePickle({ args: [new Named("data", {}), bad] }), /Cannot send value\.args\[1\]: /);
  assert.deepEqual(readPickle(encodePickle([new Named("data", 1)])), [1]);
});
