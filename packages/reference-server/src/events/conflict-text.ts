import type { AppendCondition, Event, QueryItem, SequencedEvent } from "@pumice/stubs/umadb";
import type { ConditionFailedError } from "./store-error.js";

/**
 * How a failed condition is worded. "short" tells the position of the event that is in the way. "dump" is what the real
 * server sends: condition and event in full, the event's data as decimal numbers, twice in the response's headers.
 */
export type ConflictText = "short" | "dump";

export function conflictText({ condition, matched }: ConditionFailedError, kind: ConflictText): string {
  const begin = "integrity error: condition failed: ";
  if (kind === "short") return `${begin}the event at position ${matched.position} matches the condition`;
  return `${begin}condition: ${printCondition(condition)} matched: ${printSequenced(matched)}, `;
}

function printCondition({ failIfEventsMatch, after }: AppendCondition): string {
  const items = printList(failIfEventsMatch?.items ?? [], printItem);
  return `DcbAppendCondition { fail_if_events_match: DcbQuery { items: ${items} }, after: ${printOption(after, String)} }`;
}

function printItem({ types, tags }: QueryItem): string {
  return `DcbQueryItem { types: ${printList(types, quoted)}, tags: ${printList(tags, quoted)} }`;
}

function printSequenced({ position, event, trackingInfo }: SequencedEvent): string {
  const tracking = printOption(
    trackingInfo,
    (info) => `TrackingInfo { source: ${quoted(info.source)}, position: ${info.position} }`,
  );
  return `DcbSequencedEvent { position: ${position}, event: ${event ? printEvent(event) : ""}, tracking_info: ${tracking} }`;
}

function printEvent({ eventType, tags, data, uuid, metadata }: Event): string {
  const pairs = printList(metadata, ({ key, value }) => `(${quoted(key)}, ${quoted(value)})`);
  return (
    `DcbEvent { event_type: ${quoted(eventType)}, tags: ${printList(tags, quoted)}, data: [${data.join(", ")}], ` +
    `uuid: ${printOption(uuid || undefined, String)}, metadata: ${pairs} }`
  );
}

function printList<T>(items: readonly T[], print: (item: T) => string): string {
  return `[${items.map(print).join(", ")}]`;
}

function printOption<T>(value: T | undefined, print: (value: T) => string): string {
  return value === undefined ? "None" : `Some(${print(value)})`;
}

/** As Rust prints a string for debugging: what cannot be seen is escaped, as far as Unicode's classes agree. */
function quoted(text: string): string {
  const escaped = text.replace(/["\\]|\p{C}|\p{M}|(?! )\p{Z}/gu, (sign) => {
    return shortEscapes[sign] ?? `\\u{${sign.codePointAt(0)?.toString(16)}}`;
  });
  return `"${escaped}"`;
}

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\0": "\\0",
  "\t": "\\t",
  "\n": "\\n",
  "\r": "\\r",
};
