import assert from "node:assert/strict";
import { test } from "node:test";
import { anyOf, everyEvent, matches, ofType, queryMessage, tagged } from "./query.js";

test("tagged() and ofType() make one item, anyOf() joins the items", () => {
  assert.deepEqual(tagged("a", "b"), { items: [{ types: [], tags: ["a", "b"] }] });
  assert.deepEqual(ofType("T"), { items: [{ types: ["T"], tags: [] }] });
  assert.deepEqual(anyOf(tagged("a"), anyOf(ofType(["T", "U"], "b"), tagged("c"))).items.length, 3);
  assert.deepEqual(anyOf(tagged("a"), everyEvent), everyEvent);
});

test("a query that would match everything by mistake is refused", () => {
  assert.throws(() => tagged(), /tagged\(\) needs a tag/);
  assert.throws(() => ofType([]), /ofType\(\) needs a type/);
  assert.throws(() => anyOf(), /anyOf\(\) needs a query/);
  assert.throws(() => queryMessage({ items: [{ types: [], tags: [] }] }), /neither types nor tags/);
  assert.throws(() => queryMessage({} as never), /a query has items/);
  assert.throws(() => tagged("\ud800"), /surrogate/);
  assert.deepEqual(queryMessage(everyEvent), { items: [] });
});

test("matches() is any item, any of its types, all of its tags", () => {
  const event = { type: "T", tags: ["a", "b"] };
  assert.ok(matches(everyEvent, event));
  assert.ok(matches(tagged("b", "a"), event));
  assert.ok(matches(anyOf(tagged("c"), ofType(["S", "T"], "a")), event));
  assert.ok(!matches(ofType("S", "a"), event));
  assert.ok(!matches(tagged("a", "c"), event));
});

test("a query may be written by hand, without what an item does not need", () => {
  const query = { items: [{ tags: ["a"] }, { types: ["T"] }] };
  assert.deepEqual(queryMessage(query), {
    items: [
      { types: [], tags: ["a"] },
      { types: ["T"], tags: [] },
    ],
  });
  assert.ok(matches(query, { type: "T", tags: [] }));
  assert.ok(!matches(query, { type: "S", tags: ["b"] }));
  assert.throws(() => queryMessage({ items: [{ tags: "a" as never }] }), /tags must be an array/);
  assert.throws(() => queryMessage({ items: [{ tags: [1 as never] }] }), /must be a string/);
});
