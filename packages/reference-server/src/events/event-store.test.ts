import assert from "node:assert/strict";
import { test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { AppendRequestSchema, ErrorResponse_ErrorType as ErrorType, QuerySchema } from "@pumice/stubs/umadb";
import { EventStore, maxPosition } from "./event-store.js";
import { ConditionFailedError } from "./store-error.js";

type Append = MessageInitShape<typeof AppendRequestSchema>;
const append = (store: EventStore, request: Append) => store.append(create(AppendRequestSchema, request));
const taggedA = { items: [{ tags: ["a"] }] };
const one = "00000000-0000-4000-8000-000000000001";
const two = "00000000-0000-4000-8000-000000000002";

test("EventStore.append() gives consecutive positions and answers the last one; without events 0", () => {
  const store = new EventStore();
  assert.equal(store.head(), undefined);
  assert.equal(append(store, { events: [{}, {}] }), 2n);
  assert.equal(append(store, { events: [{}] }), 3n);
  assert.equal(append(store, {}), 0n);
  assert.equal(store.head(), 3n);
});

test("EventStore.append() looks for matches past `after` only, and not among its own events", () => {
  const store = new EventStore();
  const events = [{ tags: ["a"] }];
  assert.equal(append(store, { events, condition: { failIfEventsMatch: taggedA } }), 1n);
  for (const after of [undefined, 0n, maxPosition]) {
    const condition = { failIfEventsMatch: taggedA, ...(after !== undefined && { after }) };
    assert.throws(() => append(store, { events, condition }), ConditionFailedError);
  }
  assert.equal(append(store, { events, condition: { failIfEventsMatch: taggedA, after: 1n } }), 2n);
  assert.equal(append(store, { events, condition: { failIfEventsMatch: taggedA, after: maxPosition - 1n } }), 3n);
  assert.throws(() => append(store, { events, condition: {} }), ConditionFailedError);
});

test("EventStore.append() knows a repeat by the uuids of all events that match", () => {
  const store = new EventStore();
  const condition = { failIfEventsMatch: taggedA };
  const events = [
    { tags: ["a"], uuid: one },
    { tags: ["a"], uuid: two },
  ];
  assert.equal(append(store, { events, condition }), 2n);
  assert.equal(append(store, { events, condition }), 2n);
  assert.equal(append(store, { events: events.slice(0, 1), condition }), 1n);
  const others: Append["events"][] = [
    events.slice(1),
    events.toReversed(),
    [...events, { tags: ["a"], uuid: one }],
    [{ tags: ["a"], uuid: one }, { tags: ["a"] }],
  ];
  for (const other of others) {
    assert.throws(() => append(store, { events: other ?? [], condition }), ConditionFailedError);
  }
  assert.equal(store.head(), 2n);
  assert.equal(append(store, { events, condition: { ...condition, after: 2n } }), 4n, "nothing matches: stored again");
});

test("EventStore.append() tracks strictly growing positions, and stores nothing when tracking fails", () => {
  const store = new EventStore();
  const track = (position: bigint) => append(store, { events: [{}], trackingInfo: { source: "s", position } });
  assert.equal(store.trackedPosition("s"), undefined);
  track(0n);
  assert.equal(store.trackedPosition("s"), 0n);
  assert.throws(() => track(0n), { errorType: ErrorType.INTEGRITY });
  assert.equal(store.head(), 1n);
  append(store, { trackingInfo: { source: "s", position: 9n } });
  assert.equal(store.trackedPosition("s"), 9n);
});

test("EventStore.find() yields the matches of a range in either direction", () => {
  const store = new EventStore();
  append(store, { events: ["a", "b", "a", "b", "a"].map((tag) => ({ tags: [tag] })) });
  const find = (items: MessageInitShape<typeof QuerySchema>["items"], backwards: boolean) =>
    [...store.find(create(QuerySchema, { items: items ?? [] }), { from: 2n, through: 5n, backwards })].map(
      ({ position }) => Number(position),
    );
  assert.deepEqual(find([{ tags: ["a"] }], false), [3, 5]);
  assert.deepEqual(find([{ tags: ["a"] }], true), [5, 3]);
  assert.deepEqual(find([], true), [5, 4, 3, 2]);
});

test("EventStore keeps a copy: later changes of the caller's bytes do not reach it", () => {
  const store = new EventStore();
  const data = new Uint8Array([1]);
  append(store, { events: [{ data }] });
  data[0] = 2;
  const [stored] = store.find(undefined, { from: 1n, through: 1n });
  assert.deepEqual(stored?.event?.data, new Uint8Array([1]));
});
