import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { type SequencedEvent, SequencedEventSchema } from "@pumice/stubs/umadb";
import { effectiveBatchSize, messageBatches } from "./message-batches.js";

function eventsOf(...sizes: number[]): SequencedEvent[] {
  return sizes.map((size, index) =>
    create(SequencedEventSchema, { position: BigInt(index + 1), event: { data: new Uint8Array(size) } }),
  );
}

function split(events: SequencedEvent[], batchSize: number): [number, boolean][] {
  return [...messageBatches(events, batchSize)].map(({ events, endsBatch }) => [events.length, endsBatch]);
}

test("messageBatches() ends a message with its batch", () => {
  assert.deepEqual(split(eventsOf(1, 1, 1, 1, 1), 2), [
    [2, true],
    [2, true],
    [1, true],
  ]);
  assert.deepEqual(split(eventsOf(1, 1), 2), [[2, true]]);
  assert.deepEqual(split([], 2), []);
});

test("messageBatches() splits a batch below 3.5 MiB, and lets a larger event travel alone", () => {
  assert.deepEqual(split(eventsOf(10, 3_800_000, 10, 10), 4), [
    [1, false],
    [1, false],
    [2, true],
  ]);
  assert.deepEqual(split(eventsOf(1_834_985, 1_834_985), 4), [[2, true]]);
});

test("effectiveBatchSize() is 1024 unless asked otherwise, from 1 to 4096", () => {
  assert.deepEqual([undefined, 0, 1, 5000].map(effectiveBatchSize), [1024, 1, 1, 4096]);
});
