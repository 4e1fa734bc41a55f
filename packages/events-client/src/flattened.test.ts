import assert from "node:assert/strict";
import { test } from "node:test";
import { flattened } from "./flattened.js";

async function* batches(): AsyncGenerator<number[]> {
  yield [1, 2];
  yield [];
  yield [3];
}

test("flattened() yields the items of all batches in order, and serves reads that overlap one by one", async () => {
  const all: number[] = [];
  for await (const item of flattened(batches(), (batch) => batch)) all.push(item);
  assert.deepEqual(all, [1, 2, 3]);
  const iterator = flattened(batches(), (batch) => batch)[Symbol.asyncIterator]();
  const results = await Promise.all(Array.from({ length: 4 }, () => iterator.next()));
  assert.deepEqual(
    results.map(({ value }) => value),
    [1, 2, 3, undefined],
  );
});

test("flattened() drops what is left of a batch when it is left, or when its signal fires", async () => {
  const left = flattened(batches(), (batch) => batch)[Symbol.asyncIterator]();
  await left.next();
  await left.return?.();
  assert.equal((await left.next()).done, true);
  const leave = new AbortController();
  const aborted = flattened(batches(), (batch) => batch, leave.signal)[Symbol.asyncIterator]();
  await aborted.next();
  leave.abort();
  assert.equal((await aborted.next()).done, true, "the batches have no signal of their own here");
});
