import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { AppendRequestSchema, ReadRequestSchema } from "@pumice/stubs/umadb";
import { EventStore } from "./event-store.js";
import { readMessages } from "./read-messages.js";

function read(stored: number, request: MessageInitShape<typeof ReadRequestSchema>): [number[], number | undefined][] {
  const store = new EventStore();
  store.append(create(AppendRequestSchema, { events: Array.from({ length: stored }, () => ({})) }));
  return [...readMessages(store, create(ReadRequestSchema, request))].map(({ events = [], head }) => [
    events.map(({ position }) => Number(position)),
    head === undefined ? undefined : Number(head),
  ]);
}

test("readMessages() without a limit tells the head of the store in every message", () => {
  const all: [number[], number][] = [
    [[1, 2], 3],
    [[3], 3],
  ];
  for (const start of [{}, { start: 0n }, { start: 1n }]) assert.deepEqual(read(3, { batchSize: 2, ...start }), all);
  assert.deepEqual(read(3, { backwards: true }), [[[3, 2, 1], 3]]);
  assert.deepEqual(read(3, { start: 9n }), [[[], 3]]);
  assert.deepEqual(read(3, { start: 9n, backwards: true, batchSize: 5 }), [[[3, 2, 1], 3]]);
  assert.deepEqual(read(3, { start: 0n, backwards: true }), [[[], 3]]);
  assert.deepEqual(read(0, {}), [[[], undefined]]);
});

test("readMessages() with a limit tells the last position of each message, and nothing for a limit of 0", () => {
  assert.deepEqual(read(5, { limit: 3, batchSize: 2 }), [
    [[1, 2], 2],
    [[3], 3],
  ]);
  assert.deepEqual(read(5, { limit: 2, backwards: true }), [[[5, 4], 4]]);
  assert.deepEqual(read(2, { limit: 9 }), [[[1, 2], 2]]);
  assert.deepEqual(read(2, { limit: 9, start: 9n }), [[[], undefined]]);
  assert.deepEqual(read(2, { limit: 0 }), []);
});

test("readMessages() refuses the retired subscribe", () => {
  assert.throws(() => read(1, { subscribe: true }), /deprecated/);
  assert.equal(read(1, { subscribe: false }).length, 1);
});
