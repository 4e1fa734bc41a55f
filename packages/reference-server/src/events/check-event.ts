import type { Event, TrackingInfo } from "@pumice/stubs/umadb";
import { invalidArgument } from "./store-error.js";

/** What type, tags, uuid and tracking source of an event may take of one page of the real server, in bytes. */
const pageBytes = 4070;
/** Counts and lengths are stored in 16 bits. */
const maxCount = 65_535;
const maxSourceBytes = 255;

/**
 * Checks an event as the real server does before it stores it.
 *
 * @throws StoreError of type INVALID_ARGUMENT.
 */
export function checkEvent(event: Event, tracking: TrackingInfo | undefined): void {
  checkCount("tags", event.tags.length);
  checkMetadata(event);
  if (bytesInPage(event, tracking) > pageBytes) throw invalidArgument("event too large for page size");
}

/** @throws StoreError of type INVALID_ARGUMENT. */
export function checkSource({ source }: TrackingInfo): void {
  const bytes = utf8Length(source);
  if (bytes > maxSourceBytes) throw invalidArgument(`tracking source too long (${bytes} > ${maxSourceBytes})`);
}

function checkMetadata({ metadata }: Event): void {
  if (metadata.length > maxCount) {
    throw invalidArgument(`metadata has ${metadata.length} entries, exceeding the maximum of ${maxCount}`);
  }
  const keys = new Set(metadata.map(({ key }) => key));
  if (keys.size < metadata.length) throw invalidArgument("metadata contains duplicate keys");
  for (const { key, value } of metadata) {
    checkLength("metadata key", key);
    checkLength(`metadata value for key '${key}'`, value);
  }
}

function checkCount(name: string, count: number): void {
  if (count > maxCount) throw invalidArgument(`event has ${count} ${name}, exceeding the maximum of ${maxCount}`);
}

function checkLength(name: string, text: string): void {
  const bytes = utf8Length(text);
  if (bytes > maxCount) {
    throw invalidArgument(`${name} has length ${bytes} bytes, exceeding the maximum of ${maxCount}`);
  }
}

/** Data and metadata move out of the page together if they do not fit; what stays behind refers to them. */
function bytesInPage({ eventType, tags, data, uuid, metadata }: Event, tracking: TrackingInfo | undefined): number {
  let bytes = utf8Length(eventType) + (uuid === "" ? 0 : 16);
  for (const tag of tags) bytes += 2 + utf8Length(tag);
  if (tracking) bytes += 12 + utf8Length(tracking.source);
  let inside = data.length;
  if (metadata.length > 0) inside += 2;
  for (const { key, value } of metadata) inside += 4 + utf8Length(key) + utf8Length(value);
  return bytes + Math.min(inside, metadata.length > 0 ? 22 : 14);
}

function utf8Length(text: string): number {
  return Buffer.byteLength(text);
}
