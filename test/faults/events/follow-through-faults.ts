import assert from "node:assert/strict";
import { connectEvents, type EventsClient, type NewEvent, PumiceError, tagged } from "@pumice/events-client";
import { type RelayFault, startFaultyRelay } from "../../support/faulty-relay.ts";
import type { SeededRandom } from "../seeded-random.ts";
import { Lead } from "./lead.ts";

export interface FollowPlan {
  /** Where the server is; it may go away for a while. */
  readonly url: string;
  readonly events: number;
  /** What befalls the connections of the subscription, one after the other; it has to happen to all of them. */
  readonly faults: readonly RelayFault["what"][];
  readonly random: SeededRandom;
}

export interface FollowReport {
  readonly events: number;
  readonly faults: number;
  /** How often the subscription lost its connection, attempts to come back included. */
  readonly losses: number;
  readonly seconds: number;
}

/** Writes what is there before. */
const early = "writer:0";
const writers = 3;
/** How far the writers may be ahead of the reader, in events: so that they write until the end. */
const lead = 200;
/** An event takes about as many bytes on the wire; a connection sees a few hundred before its first. */
const eventBytes = 75;

/**
 * Follows a store through faults: first a fifth of the events, which is there, then the others while they are appended.
 *
 * @throws AssertionError unless each event of each writer comes once and in its order, and every fault has happened.
 */
export async function followThroughFaults({ url, events: total, faults, random }: FollowPlan): Promise<FollowReport> {
  const startMs = performance.now();
  let seen = 0;
  await using relay = await startFaultyRelay(url, () => {
    // On the average the faults take up four fifths of the events, so that some are left to the end.
    const share = Math.max(0.8 * total - seen, 0) / (faults.length - relay.faults());
    const what = faults[relay.faults()]; // the same again if a connection has ended before
    return what && { what, afterBytes: random.integer(0, Math.ceil(2 * eventBytes * share)) };
  });
  // Within 250 ms a connection is known to be dead.
  await using events = connectEvents(relay.url, { pingIntervalMs: 125, pingTimeoutMs: 125, retry: { baseDelayMs: 2 } });
  const later = Math.floor((0.8 * total) / writers);
  await write(url, { name: early, count: total - writers * later, most: 1000 }, new Lead(total), random.fork());
  const pace = new Lead(lead);
  const writing = Promise.all(
    Array.from({ length: writers }, (_, writer) =>
      write(url, { name: `writer:${writer + 1}`, count: later, most: 40 }, pace, random.fork()),
    ),
  );

  const counts = new Map<string, number>();
  let losses = 0;
  let last = 0n;
  const subscription = events.subscribe({
    batchSize: 20,
    baseDelayMs: 1,
    maxDelayMs: 20,
    onConnectionLost: () => {
      losses += 1;
    },
  });
  const reading = async (): Promise<void> => {
    for await (const { position, tags, data } of subscription) {
      assert.ok(position > last, `${position} came after ${last}`);
      last = position;
      const [writer = ""] = tags;
      const count = counts.get(writer) ?? 0;
      assert.equal(Buffer.from(data).toString(), String(count), `of ${writer} at ${position}`);
      counts.set(writer, count + 1);
      if (writer !== early) pace.seen();
      if (++seen === total) break;
    }
  };
  await Promise.all([reading(), writing]);
  const tail = await events.read({ start: last + 1n }).collect();
  assert.equal(tail.events.length, 0, "events behind the last that was expected");
  assert.equal(relay.faults(), faults.length, "faults that have happened");
  return { events: seen, faults: relay.faults(), losses, seconds: Math.round((performance.now() - startMs) / 1000) };
}

interface Writer {
  readonly name: string;
  readonly count: number;
  /** Events in an append. */
  readonly most: number;
}

/** Appends numbered events, each once, whatever becomes of the server meanwhile. */
async function write(url: string, { name, count, most }: Writer, pace: Lead, random: SeededRandom): Promise<void> {
  await using events = connectEvents(url);
  let after: bigint | undefined;
  for (let written = 0; written < count; ) {
    const size = Math.min(random.integer(1, most), count - written);
    await pace.room(size);
    const batch = Array.from({ length: size }, (_, index) => ({
      type: "Written",
      tags: [name],
      data: String(written + index),
      uuid: crypto.randomUUID(),
    }));
    after = await appended(events, batch, name, after);
    written += size;
  }
}

/** Appends until there is a server: the condition lets the events be stored once. */
async function appended(
  events: EventsClient,
  batch: readonly NewEvent[],
  writer: string,
  after: bigint | undefined,
): Promise<bigint> {
  for (;;) {
    try {
      return await events.append(batch, { failIfMatch: tagged(writer), after });
    } catch (error) {
      if (!(error instanceof PumiceError && error.kind === "call")) throw error; // for instance a conflict with itself
    }
  }
}
