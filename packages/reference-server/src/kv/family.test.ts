import assert from "node:assert/strict";
import { test } from "node:test";
import { Family } from "./family.js";

const value = new Uint8Array([1]);

test("Family.write() says when there will be something to forget", () => {
  const family = new Family(1n);
  assert.equal(family.write("k", { commit: 2n, value }), false); // a first value is all there is
  assert.equal(family.write("k", { commit: 3n, value }), true);
  assert.equal(family.write("gone", { commit: 4n, value: undefined }), true);
});

test("Family.write() of the same commit replaces the version", () => {
  const family = new Family(1n);
  family.write("k", { commit: 2n, value });
  family.write("k", { commit: 3n, value });
  family.write("k", { commit: 3n, value: undefined });
  assert.deepEqual([family.get("k", 2n), family.get("k", 3n)], [value, undefined]);
});

test("Family.forget() drops what no snapshot from a commit on can see, and keys that are gone", () => {
  const family = new Family(1n);
  for (const commit of [2n, 3n, 5n]) family.write("k", { commit, value });
  family.forget("k", 4n);
  assert.deepEqual([family.get("k", 2n), family.get("k", 3n), family.get("k", 5n)], [undefined, value, value]);
  family.write("k", { commit: 6n, value: undefined });
  assert.equal(family.lastCommit("k"), 6n);
  family.forget("k", 6n);
  assert.equal(family.lastCommit("k"), undefined);
  assert.deepEqual([...family.keysWith("")], []);
  family.forget("k", 6n); // another write of the same key may have asked for it before
});

test("Family.forget() keeps what was written after a tombstone", () => {
  const family = new Family(1n);
  family.write("k", { commit: 2n, value: undefined });
  family.write("k", { commit: 3n, value });
  family.forget("k", 2n);
  assert.deepEqual([family.get("k"), family.lastCommit("k"), [...family.keysWith("")]], [value, 3n, ["k"]]);
});
