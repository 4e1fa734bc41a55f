import assert from "node:assert/strict";
import { test } from "node:test";
import type { StoredEvent } from "@pumice/events-client";
import { type AppendResult, appendProblems } from "./append-problems.ts";

/** A store of events with these uuids, in their order. */
function storeOf(...uuids: readonly string[]): StoredEvent[] {
  const rest = { type: "T", tags: [], data: new Uint8Array(), metadata: [], tracking: undefined };
  return uuids.map((uuid, index) => ({ ...rest, uuid, position: BigInt(index + 1) }));
}

const ab = { tag: "own", uuids: ["a", "b"] };
const stored: AppendResult = { ...ab, outcome: "stored", position: 2n };

test("appendProblems() has nothing to say of what is as it was told", () => {
  assert.deepEqual(appendProblems([stored, { ...ab, uuids: ["c"], outcome: "conflict" }], storeOf("a", "b")), []);
  for (const outcome of ["unknown", "unsent"] as const) assert.deepEqual(appendProblems([{ ...ab, outcome }], []), []);
  assert.deepEqual(appendProblems([{ ...ab, outcome: "unknown" }], storeOf("a", "b")), []);
});

test("appendProblems() finds what is doubled, wrong, in part, or nobody's", () => {
  const cases: [readonly AppendResult[], readonly string[], RegExp][] = [
    [[stored], ["a", "b", "a", "b"], /stored twice/],
    [[{ ...ab, outcome: "unknown" }], ["a", "b", "a", "b"], /stored twice/],
    [[{ ...ab, outcome: "unknown" }], ["a"], /stored in part/],
    [[stored], [], /told as stored at 2: it is at $/],
    [[{ ...stored, position: 3n }], ["a", "b"], /told as stored at 3: it is at 1,2/],
    [[{ ...ab, outcome: "conflict" }], ["a", "b"], /told as conflict: it is at 1,2/],
    [[{ ...ab, outcome: "unsent" }], ["a", "b"], /told as unsent: it is at 1,2/],
    [[{ ...ab, outcome: "conflict" }], [], /told as conflict: with nothing/],
    [[stored, { ...ab, uuids: ["c"], outcome: "stored", position: 3n }], ["a", "b", "c"], /2 rivals are stored/],
    [[stored], ["a", "b", "c"], /3 events are stored, 2 were appended/],
  ];
  for (const [results, uuids, problem] of cases)
    assert.match(appendProblems(results, storeOf(...uuids)).join(), problem);
});
