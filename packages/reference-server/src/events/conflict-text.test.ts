import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { AppendConditionSchema, SequencedEventSchema } from "@pumice/stubs/umadb";
import { conflictText } from "./conflict-text.js";
import { ConditionFailedError } from "./store-error.js";

const failed = new ConditionFailedError(
  create(AppendConditionSchema, { failIfEventsMatch: { items: [{ types: ["T"], tags: ["a"] }] }, after: 0n }),
  create(SequencedEventSchema, {
    position: 7n,
    event: { eventType: "Q\"'\n\\é\u0001😀", tags: ["\u200b"], data: new Uint8Array([1, 255]) },
    trackingInfo: { source: "s", position: 3n },
  }),
);

test("conflictText() in short tells the position alone", () => {
  assert.equal(
    conflictText(failed, "short"),
    "integrity error: condition failed: the event at position 7 matches the condition",
  );
});

test("conflictText() as a dump is the real server's, payload included", () => {
  assert.equal(
    conflictText(failed, "dump"),
    "integrity error: condition failed: condition: DcbAppendCondition { fail_if_events_match: DcbQuery { items: " +
      '[DcbQueryItem { types: ["T"], tags: ["a"] }] }, after: Some(0) } matched: DcbSequencedEvent { position: 7, event: ' +
      'DcbEvent { event_type: "Q\\"\'\\n\\\\é\\u{1}😀", tags: ["\\u{200b}"], data: [1, 255], uuid: None, metadata: [] }, ' +
      'tracking_info: Some(TrackingInfo { source: "s", position: 3 }) }, ',
  );
});
