import { create, type MessageInitShape } from "@bufbuild/protobuf";
import {
  type AppendRequest,
  AppendRequestSchema,
  type EventSchema,
  type QuerySchema,
  type ReadRequest,
  ReadRequestSchema,
  type SubscribeRequest,
  SubscribeRequestSchema,
} from "@pumice/stubs/umadb";
import type { SeededRandom } from "../faults/seeded-random.js";

/** A request to an event store, whose answer depends on nothing but the requests before it. */
export type EventRequest =
  | { readonly rpc: "append"; readonly request: AppendRequest }
  | { readonly rpc: "read"; readonly request: ReadRequest }
  | { readonly rpc: "subscribe"; readonly request: SubscribeRequest }
  | { readonly rpc: "getTrackingInfo"; readonly source: string }
  | { readonly rpc: "head" };

/**
 * A random request out of small alphabets, so that queries match, uuids come back and conditions fail.
 *
 * @param head - The last position so far.
 */
export function randomEventRequest(random: SeededRandom, head: bigint): EventRequest {
  const kind = random.integer(0, 9);
  if (kind < 6) return { rpc: "append", request: create(AppendRequestSchema, randomAppend(random, head)) };
  if (kind < 8) return { rpc: "read", request: create(ReadRequestSchema, randomRead(random, head)) };
  if (kind === 8) return { rpc: "getTrackingInfo", source: random.pick(sources) };
  if (random.integer(0, 1) === 0) return { rpc: "head" };
  const request = {
    ...maybe(random, "query", () => randomQuery(random)),
    ...maybeAfter(random, head),
    ...batch(random),
  };
  return { rpc: "subscribe", request: create(SubscribeRequestSchema, request) };
}

const types = ["", "A", "B", "Ä\"'\n"];
const tags = ["", "x", "y", "zé"];
const sources = ["", "s", "t", "s".repeat(255), "é".repeat(128)];
const uuids = Array.from({ length: 6 }, (_, index) => `00000000-0000-4000-8000-00000000000${index}`);
const uuidForms = [
  (uuid: string) => uuid,
  (uuid: string) => uuid.toUpperCase(),
  (uuid: string) => `{${uuid}}`,
  (uuid: string) => `urn:uuid:${uuid}`,
  (uuid: string) => uuid.replaceAll("-", ""),
];

function randomAppend(random: SeededRandom, head: bigint): MessageInitShape<typeof AppendRequestSchema> {
  const count = random.pick([0, 1, 1, 1, 2, 2, 3]);
  const hasUuids = random.integer(0, 2) > 0;
  const events = Array.from({ length: count }, () => randomEvent(random, hasUuids));
  // An empty append whose condition matches ends the real server's process.
  const condition = count > 0 && random.integer(0, 1) > 0 ? { condition: randomCondition(random, head) } : {};
  const tracking = { source: random.pick(sources), position: BigInt(random.integer(0, 39)) };
  return { events, ...condition, ...(random.integer(0, 3) === 0 && { trackingInfo: tracking }) };
}

function randomCondition(random: SeededRandom, head: bigint) {
  return { ...maybe(random, "failIfEventsMatch", () => randomQuery(random)), ...maybeAfter(random, head) };
}

function randomEvent(random: SeededRandom, hasUuid: boolean): MessageInitShape<typeof EventSchema> {
  const event = {
    eventType: random.pick(types),
    tags: several(random, tags),
    data: new Uint8Array(random.pick([0, 1, 3, 300])).fill(random.integer(0, 255)),
    metadata: several(random, ["k", "l\t"]).map((key) => ({ key, value: random.pick(types) })),
    uuid: hasUuid && random.integer(0, 7) > 0 ? random.pick(uuidForms)(random.pick(uuids)) : "",
  };
  switch (random.integer(0, 39)) {
    case 0:
      return { ...event, uuid: random.pick(["no", ` ${uuids[0]}`, `{${"0".repeat(32)}}`, "0".repeat(31)]) };
    case 1:
      return { ...event, eventType: "t".repeat(4000 + random.integer(0, 79)) };
    case 2:
      return { ...event, tags: Array.from({ length: 395 + random.integer(0, 19) }, () => "12345678") };
    default:
      return event;
  }
}

function randomQuery(random: SeededRandom): MessageInitShape<typeof QuerySchema> {
  const items = Array.from({ length: random.pick([0, 1, 1, 1, 2, 3]) }, () => ({
    types: several(random, types),
    tags: several(random, tags),
  }));
  return { items };
}

function randomRead(random: SeededRandom, head: bigint): MessageInitShape<typeof ReadRequestSchema> {
  return {
    ...maybe(random, "query", () => randomQuery(random)),
    ...maybe(random, "start", () => around(random, head)),
    ...maybe(random, "backwards", () => random.integer(0, 1) === 0),
    ...(random.integer(0, 1) === 0 && { limit: random.pick([0, 1, 2, 5, 100]) }),
    ...batch(random),
    ...(random.integer(0, 19) === 0 && { subscribe: random.integer(0, 1) === 0 }),
  };
}

function batch(random: SeededRandom): { batchSize?: number } {
  return random.integer(0, 1) === 0 ? {} : { batchSize: random.pick([0, 1, 2, 7, 5000]) };
}

function maybeAfter(random: SeededRandom, head: bigint): { after?: bigint } {
  return maybe(random, "after", () => around(random, head));
}

function around(random: SeededRandom, head: bigint): bigint {
  const near = head + BigInt(random.integer(0, 7)) - 5n;
  return random.pick([0n, 1n, near < 0n ? 0n : near, near < 0n ? 0n : near, head, 2n ** 64n - 2n, 2n ** 64n - 1n]);
}

function maybe<Name extends string, T>(random: SeededRandom, name: Name, make: () => T): { [key in Name]?: T } {
  return random.integer(0, 3) === 0 ? {} : ({ [name]: make() } as { [key in Name]?: T });
}

/** None, one or several, sometimes one twice. */
function several<T>(random: SeededRandom, choices: readonly T[]): T[] {
  return Array.from({ length: random.pick([0, 0, 1, 1, 2]) }, () => random.pick(choices));
}
