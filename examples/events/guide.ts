/**
 * The example of UmaDB's guide: read a decision model, append under its boundary, meet a conflict, follow the store.
 *
 * Needs an empty server: `npx pumice-reference-server`, or a real one whose address stands in PUMICE_EVENTS_URL.
 */
import { AppendConditionError, connectEvents, ofType } from "@pumice/events-client";

await using events = connectEvents(process.env["PUMICE_EVENTS_URL"] ?? "http://127.0.0.1:50051");

// The consistency boundary: what the decision depends on.
const boundary = ofType("example", "tag1", "tag2");

const model = await events.read({ query: boundary }).collect();
for (const event of model.events) console.log("already there:", event.position, event.type);
console.log("the store ends at", model.head);

// Fails if the boundary has got another event since. An answer that gets lost on the way is asked for again.
const hello = { type: "example", tags: ["tag1", "tag2"], data: "Hello, world!" };
const position = await events.append([hello], { failIfMatch: boundary, after: model.head });
console.log("appended at", position);

try {
  await events.append([hello], { failIfMatch: boundary, after: model.head });
} catch (error) {
  if (!(error instanceof AppendConditionError)) throw error;
  console.log("refused:", error.rawMessage);
}

// A subscription has no end of its own; leaving the loop cancels it on the wire.
for await (const event of events.subscribe()) {
  console.log("processing", event.position, new TextDecoder().decode(event.data));
  if (event.position === position) break;
}
