import type { CallOptions, CloseOptions } from "@pumice/client-core";
import type { NewEvent, StoredEvent, Tracking } from "./event.js";
import type { EventQuery } from "./query.js";

/** A client of one UmaDB server. Cheap to keep, safe to share; `connectEvents()` makes one. */
export interface EventsClient extends AsyncDisposable {
  /**
   * Appends events in order: all of them, or none.
   *
   * With a condition that matches every one of the events, an append whose answer is lost is sent again: the server
   * knows it by the uuids, and stores nothing twice. Any other append is never repeated once it may have been sent.
   *
   * @param events - At least one. Each gets a uuid unless it has one; the objects are left as they are.
   * @returns The position of the last event.
   * @throws {@link AppendConditionError} if an event past `after` matches `failIfMatch`: read, decide again.
   * @throws {@link TrackingConflictError} if `tracking.position` is not above the stored one.
   * @throws {@link AppendOutcomeUnknownError} if no answer came and the outcome could not be found out within `timeoutMs`.
   * @throws TypeError or RangeError, before anything is sent, for what the server would refuse: an empty list, a uuid that
   * is none, repeated metadata keys, type and tags above about 4 kB, a request above 4 MiB.
   * @example
   * const boundary = tagged("course:c1");
   * const { head } = await events.read({ query: boundary }).collect();
   * await events.append([{ type: "CourseDefined", tags: ["course:c1"] }], { failIfMatch: boundary, after: head });
   */
  append(events: readonly NewEvent[], options?: AppendOptions): Promise<bigint>;

  /**
   * Reads the events that are there, in order. Nothing is sent before the first is asked for; each loop over the result is
   * a read of its own. What is appended meanwhile is not seen. Leaving the loop cancels the read on the wire.
   *
   * Repeating is safe; a read that breaks after its first events came is not repeated by itself.
   *
   * @example
   * for await (const event of events.read({ query: tagged("course:c1") })) console.log(event.position, event.type);
   */
  read(options?: ReadOptions): EventRead;

  /**
   * Follows the store: first the events that are there, then each new one, without an end. The subscription lives over
   * any number of connections: each time one is lost it goes on behind the last event that was handed out, so every
   * event comes once and in order. It ends by leaving the loop, by `signal` or when the client closes.
   *
   * @throws {@link StoreChangedError} if the server came back with another store, or with less than was seen.
   * @example
   * for await (const event of events.subscribe({ after: position })) await project(event);
   */
  subscribe(options?: SubscribeOptions): EventSubscription;

  /** The last position of the store; undefined if it is empty. Repeating is safe. */
  head(options?: CallOptions): Promise<bigint | undefined>;

  /** How far a source was tracked by appends; undefined if it never was. Repeating is safe. */
  trackedPosition(source: string, options?: CallOptions): Promise<bigint | undefined>;

  /**
   * Connects, and sees that the server speaks UmaDB's protocol and accepts the API key.
   *
   * @throws {@link PumiceError} of the code `Unavailable` if nobody is there, `Unimplemented` if it is somebody else.
   */
  ready(options?: CallOptions): Promise<void>;

  /**
   * Ends subscriptions at once with {@link ClientClosedError}; lets the other calls in flight finish for up to 5 s, then
   * ends them too, and closes the connection that the client opened; a transport that was passed in stays open. May be
   * called twice.
   */
  close(options?: CloseOptions): Promise<void>;
}

export interface AppendOptions extends CallOptions {
  /** The append fails if an event past `after` matches this query. {@link everyEvent} means any event at all. */
  readonly failIfMatch?: EventQuery | undefined;
  /** Events up to and including this position do not count; it may lie past the head. @defaultValue all of them count */
  readonly after?: bigint | undefined;
  /** Recorded with the events; must be above what was recorded of this source before. */
  readonly tracking?: Tracking | undefined;
}

export interface ReadOptions extends CallOptions {
  /** @defaultValue every event */
  readonly query?: EventQuery | undefined;
  /** Included: the first position, or backwards the highest. @defaultValue the end where the read begins */
  readonly start?: bigint | undefined;
  /** The newest first. @defaultValue false */
  readonly backwards?: boolean | undefined;
  /** Of events in all; 0 reads nothing. @defaultValue no limit */
  readonly limit?: number | undefined;
  /** The most events in a batch; the server takes 4096 at most. @defaultValue 1024 */
  readonly batchSize?: number | undefined;
}

/** Some of a read's events, as they came together. */
export interface EventBatch {
  readonly events: readonly StoredEvent[];
  /**
   * The head so far. Of the last batch it is the read's: without a limit the last position of the whole store, as it was
   * when the read began, which is the `after` of a decision. With a limit it is the position of the last event read.
   */
  readonly head: bigint | undefined;
}

/** A read that begins when it is iterated. */
export interface EventRead extends AsyncIterable<StoredEvent> {
  /** The events as they come over the wire; the last batch knows the read's head, and may be empty. */
  batches(): AsyncIterable<EventBatch>;
  /** All events, and the head. */
  collect(): Promise<EventBatch>;
}

export interface SubscribeOptions extends Omit<CallOptions, "retry" | "timeoutMs"> {
  /** @defaultValue every event */
  readonly query?: EventQuery | undefined;
  /** Events up to and including this position are left out. @defaultValue from the first one */
  readonly after?: bigint | undefined;
  /** Begins after the position that this source was tracked to in this store, instead of `after`. */
  readonly afterTracked?: string | undefined;
  /** The most events in a batch; the server takes 4096 at most. @defaultValue 1024 */
  readonly batchSize?: number | undefined;
  /** Losses in a row, with no event in between, at which it gives up. @defaultValue Infinity */
  readonly maxAttempts?: number | undefined;
  /** Ceiling of the first pause before it connects again, in milliseconds; doubles each time. @defaultValue 100 */
  readonly baseDelayMs?: number | undefined;
  /** Ceiling of any pause, in milliseconds. @defaultValue 5000 */
  readonly maxDelayMs?: number | undefined;
  /**
   * All matching events have been handed out that were there when the connection was made; told once for each connection.
   */
  readonly onCaughtUp?: ((event: CaughtUp) => void) | undefined;
  /** The connection is lost; the subscription will try again after a pause. */
  readonly onConnectionLost?: ((event: ConnectionLost) => void) | undefined;
  /** The subscription is back. */
  readonly onConnectionRegained?: ((event: ConnectionRegained) => void) | undefined;
}

export interface CaughtUp {
  /** The head of the store when the connection was made; undefined if it was empty. */
  readonly head: bigint | undefined;
}

export interface ConnectionLost {
  /** Losses in a row, with no event in between; the first is 1. */
  readonly attempt: number;
  readonly error: unknown;
  /** Where it goes on: behind the last event that was handed out. */
  readonly position: bigint | undefined;
  readonly pauseMs: number;
}

export interface ConnectionRegained {
  /** Losses in a row that went before. */
  readonly attempt: number;
  readonly position: bigint | undefined;
}

/** A subscription that begins when it is iterated. */
export interface EventSubscription extends AsyncIterable<StoredEvent> {
  /** The events as they come over the wire, never an empty batch; it resumes behind the last batch handed out. */
  batches(): AsyncIterable<readonly StoredEvent[]>;
}
