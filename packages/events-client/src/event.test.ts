import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { SequencedEventSchema } from "@pumice/stubs/umadb";
import { eventMessage, storedEvent } from "./event.js";

test("eventMessage() fills in a uuid, another one each time, and leaves the event as it is", () => {
  const event = Object.freeze({ type: "T" });
  const [first, second] = [eventMessage(event), eventMessage(event)];
  assert.match(first.uuid, /^[0-9a-f-]{36}$/);
  assert.notEqual(first.uuid, second.uuid);
  assert.equal(eventMessage({ type: "T", uuid: "x" }).uuid, "x");
});

test("eventMessage() copies the data: what the caller does with it afterwards is not sent", () => {
  const data = new Uint8Array([1]);
  const message = eventMessage({ type: "T", data });
  data[0] = 2;
  assert.deepEqual(message.data, new Uint8Array([1]));
  assert.deepEqual(eventMessage({ type: "T", data: "é" }).data, new Uint8Array([0xc3, 0xa9]));
});

test("storedEvent() tells an absent uuid and absent tracking by undefined", () => {
  const bare = storedEvent(create(SequencedEventSchema, { position: 3n, event: { eventType: "T" } }));
  assert.equal(bare.uuid, undefined);
  assert.equal(bare.tracking, undefined);
  const tracked = create(SequencedEventSchema, { position: 3n, trackingInfo: { source: "s", position: 0n } });
  assert.deepEqual(storedEvent(tracked).tracking, { source: "s", position: 0n });
});
