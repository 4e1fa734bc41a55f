import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { QuerySchema } from "@pumice/stubs/umadb";
import { TagIndex } from "./tag-index.js";

function candidates(items: MessageInitShape<typeof QuerySchema>["items"] = [], from = 1, through = 9) {
  const index = new TagIndex();
  for (let position = 1; position <= 9; position++) {
    index.add([...(position % 2 === 0 ? ["even", "even"] : []), ...(position % 3 === 0 ? ["third"] : [])], position);
  }
  return index.candidates(create(QuerySchema, { items }), from, through);
}

test("TagIndex.candidates() are the positions of the rarest tag of each item, ascending and once", () => {
  assert.deepEqual(candidates([{ tags: ["even"] }]), [2, 4, 6, 8]);
  assert.deepEqual(candidates([{ tags: ["even", "third"] }]), [3, 6, 9]);
  assert.deepEqual(candidates([{ tags: ["third"] }, { tags: ["even"] }], 3, 8), [3, 4, 6, 8]);
  assert.deepEqual(candidates([{ tags: ["none"] }]), []);
});

test("TagIndex.candidates() cannot help a query with an item without tags", () => {
  assert.equal(candidates([{ tags: ["even"] }, { types: ["T"] }]), undefined);
  assert.equal(candidates([]), undefined);
});
