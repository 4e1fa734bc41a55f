import assert from "node:assert/strict";
import { test } from "node:test";
import { type Slice, sliceItems } from "./python-slice.js";

/** What came out, and behind the bar how many items were asked for. */
function sliced(slice: Slice): string {
  let asked = 0;
  function* source() {
    for (const letter of "abcdef") {
      asked += 1;
      yield letter;
    }
  }
  const found = [...sliceItems(source(), slice)].join("");
  return `${found} | ${asked}`;
}

test("sliceItems() gives the items that islice gives, and asks for no more than it does", () => {
  assert.equal(sliced({}), "abcdef | 6");
  assert.equal(sliced({ start: 2n }), "cdef | 6");
  assert.equal(sliced({ start: 1, stop: 3 }), "bc | 3");
  assert.equal(sliced({ start: null, stop: 2, step: null }), "ab | 2");
  assert.equal(sliced({ stop: 5, step: 2 }), "ace | 5");
  assert.equal(sliced({ stop: 0 }), " | 0");
  assert.equal(sliced({ start: 4, stop: 2 }), " | 4");
  assert.equal(sliced({ start: true, stop: 9 }), "bcdef | 6");
});

test("sliceItems() refuses what islice refuses, in its words", () => {
  const indices = "must be None or an integer: 0 <= x <= sys.maxsize.";
  const refusals: [Slice, string][] = [
    [{ start: -1 }, `Indices for islice() ${indices}`],
    [{ stop: "1" }, `Stop argument for islice() ${indices}`],
    [{ start: 1.5 }, `Indices for islice() ${indices}`],
    [{ start: 2n ** 63n }, `Indices for islice() ${indices}`],
    [{ step: 0 }, "Step for islice() must be a positive integer or None."],
  ];
  for (const [slice, message] of refusals) assert.throws(() => sliced(slice), { type: "ValueError", message });
});
