import { toBinary } from "@bufbuild/protobuf";
import { checkText } from "@pumice/client-core";
import { type AppendRequest, AppendRequestSchema, type Event } from "@pumice/stubs/umadb";
import type { NewEvent, Tracking } from "./event.js";
import { checkPosition } from "./positions.js";

/** The largest request of UmaDB 0.7.8, in bytes. */
const maxRequestBytes = 4_194_304;
/** Type, tags, uuid and tracking source of an event have to fit one page of its store, which leaves this, in bytes. */
const maxPageBytes = 4070;
/** Counts and lengths are stored in 16 bits. */
const max16Bit = 65_535;
const maxSourceBytes = 255;

/**
 * Checks the events of an append before anything is sent. What the server would refuse is refused here, with the
 * argument's name; and an empty list, which ends the process of UmaDB 0.7.8 if its condition matches.
 *
 * @throws TypeError or RangeError that says which event and why.
 */
export function checkNewEvents(events: readonly NewEvent[]): void {
  if (!Array.isArray(events)) throw new TypeError("Cannot append: events must be an array");
  if (events.length === 0) throw new RangeError("Cannot append: there are no events");
  for (const [index, event] of events.entries()) checkNewEvent(event, `events[${index}]`);
}

function checkNewEvent(event: NewEvent, name: string): void {
  if (typeof event !== "object" || event === null) throw new TypeError(`Cannot append: ${name} must be an object`);
  const { type, tags = [], data = "", uuid, metadata = [] } = event;
  checkText(type, `${name}.type`);
  if (!Array.isArray(tags)) throw new TypeError(`Cannot append: ${name}.tags must be an array`);
  for (const tag of tags) checkText(tag, `tag of ${name}`);
  if (typeof data === "string") checkText(data, `${name}.data`);
  else if (!(data instanceof Uint8Array)) {
    throw new TypeError(`Cannot append: ${name}.data must be a string or a Uint8Array`);
  }
  if (uuid !== undefined && !isUuid(uuid)) throw new TypeError(`Cannot append: ${name}.uuid is no uuid`);
  checkMetadata(metadata, name);
}

/** The forms that the server takes. */
function isUuid(text: unknown): boolean {
  if (typeof text !== "string") return false;
  const bare = /^\{(.*)\}$|^urn:uuid:(.*)$/s.exec(text);
  const hyphenated = bare ? (bare[1] ?? bare[2] ?? "") : text;
  const hasHyphens = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(hyphenated);
  return hasHyphens || (!bare && /^[0-9a-f]{32}$/i.test(text));
}

function checkMetadata(metadata: NonNullable<NewEvent["metadata"]>, name: string): void {
  if (!Array.isArray(metadata)) throw new TypeError(`Cannot append: ${name}.metadata must be an array of pairs`);
  const keys = new Set<string>();
  for (const pair of metadata) {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw new TypeError(`Cannot append: ${name}.metadata must be an array of pairs`);
    }
    const [key, value] = pair as [string, string];
    checkShort(checkText(key, `metadata key of ${name}`), `a metadata key of ${name}`);
    checkShort(checkText(value, `metadata value of ${name}`), `a metadata value of ${name}`);
    if (keys.has(key)) throw new TypeError(`Cannot append: ${name}.metadata has a key twice`);
    keys.add(key);
  }
  if (keys.size > max16Bit) throw new RangeError(`Cannot append: ${name}.metadata has more than ${max16Bit} pairs`);
}

function checkShort(text: string, what: string): void {
  const bytes = utf8Length(text);
  if (bytes > max16Bit) throw new RangeError(`Cannot append: ${what} has ${bytes} bytes, at most ${max16Bit} fit`);
}

/** @throws TypeError or RangeError if a tracking position cannot be. */
export function checkTracking(tracking: Tracking): void {
  if (typeof tracking !== "object" || tracking === null) {
    throw new TypeError("Cannot append: tracking must be an object");
  }
  const { source, position } = tracking;
  const bytes = utf8Length(checkText(source, "tracking.source"));
  if (bytes > maxSourceBytes) {
    throw new RangeError(`Cannot append: tracking.source has ${bytes} bytes, at most ${maxSourceBytes} fit`);
  }
  checkPosition(position, "tracking.position");
}

/** @throws RangeError if an event does not fit the server's page, or the request its limit. */
export function checkSizes(request: AppendRequest): void {
  for (const [index, event] of request.events.entries()) {
    const bytes = bytesInPage(event, request.trackingInfo);
    if (bytes > maxPageBytes) {
      throw new RangeError(
        `Cannot append: type, tags and metadata references of events[${index}] take ${bytes} bytes, at most ${maxPageBytes} fit`,
      );
    }
  }
  const { length } = toBinary(AppendRequestSchema, request);
  if (length > maxRequestBytes) {
    throw new RangeError(`Cannot append: the request has ${length} bytes, at most ${maxRequestBytes} fit`);
  }
}

/** Measured on UmaDB 0.7.8. Data and metadata that do not fit move out of the page together, and leave a reference. */
function bytesInPage({ eventType, tags, data, metadata }: Event, tracking: { source: string } | undefined): number {
  const uuidBytes = 16;
  let bytes = utf8Length(eventType) + uuidBytes;
  for (const tag of tags) bytes += 2 + utf8Length(tag);
  if (tracking) bytes += 12 + utf8Length(tracking.source);
  const metadataBytes = metadata.reduce((sum, { key, value }) => sum + 4 + utf8Length(key) + utf8Length(value), 2);
  if (metadata.length === 0) return bytes + Math.min(data.length, 14);
  return bytes + Math.min(data.length + metadataBytes, 22);
}

function utf8Length(text: string): number {
  return new TextEncoder().encode(text).length;
}
