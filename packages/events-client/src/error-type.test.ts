import assert from "node:assert/strict";
import { test } from "node:test";
import { isTrackingText } from "./error-type.js";

test("isTrackingText() goes by how a text begins: a dump behind it quotes types and tags of anybody", () => {
  const words = "non-increasing tracking position";
  assert.ok(isTrackingText(`integrity error: condition failed: ${words} for source 's': 5 <= 5`));
  assert.ok(!isTrackingText(`integrity error: condition failed: condition: DcbAppendCondition { tags: ["${words}"] }`));
});
