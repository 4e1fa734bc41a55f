import { create } from "@bufbuild/protobuf";
import { type Event, EventSchema, type SequencedEvent } from "@pumice/stubs/umadb";
import { randomUuid } from "./random-uuid.js";

/** An event to be appended. One object may be given to several calls: each append of it is another event. */
export interface NewEvent {
  /** What happened; events are selected by it. */
  readonly type: string;
  /** Whom it concerns; events are selected by these too. Order and repeats are kept. @defaultValue none */
  readonly tags?: readonly string[] | undefined;
  /** Opaque to the server; a string is sent as UTF-8. @defaultValue empty */
  readonly data?: Uint8Array | string | undefined;
  /** @defaultValue a random one for each append */
  readonly uuid?: string | undefined;
  /** Pairs whose order is kept; a key may come once. @defaultValue none */
  readonly metadata?: readonly (readonly [key: string, value: string])[] | undefined;
}

/** How far a source of events was processed, in its own numbering. */
export interface Tracking {
  readonly source: string;
  readonly position: bigint;
}

/** An event as it is stored. */
export interface StoredEvent {
  /** Grows with each event of the store, from 1. Do not count on the absence of gaps. */
  readonly position: bigint;
  readonly type: string;
  readonly tags: readonly string[];
  readonly data: Uint8Array;
  /** In lower case with hyphens; undefined if it was appended without one, by another client. */
  readonly uuid: string | undefined;
  readonly metadata: readonly (readonly [key: string, value: string])[];
  /** What its append recorded, if it did. */
  readonly tracking: Tracking | undefined;
}

/** The message of an event; a uuid is filled in. */
export function eventMessage({ type, tags = [], data = "", uuid, metadata = [] }: NewEvent): Event {
  return create(EventSchema, {
    eventType: type,
    tags: [...tags],
    data: typeof data === "string" ? new TextEncoder().encode(data) : new Uint8Array(data),
    uuid: uuid ?? randomUuid(),
    metadata: metadata.map(([key, value]) => ({ key, value })),
  });
}

/** The event of a message. */
export function storedEvent({ position, event, trackingInfo }: SequencedEvent): StoredEvent {
  const { eventType, tags, data, uuid, metadata } = event ?? create(EventSchema);
  return {
    position,
    type: eventType,
    tags,
    data,
    uuid: uuid === "" ? undefined : uuid,
    metadata: metadata.map(({ key, value }) => [key, value] as const),
    tracking: trackingInfo && { source: trackingInfo.source, position: trackingInfo.position },
  };
}
