import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createFastGrpcTransport, type FastGrpcTransport } from "@pumice/grpc-transport";
import { type ReferenceServer, startReferenceServer } from "@pumice/reference-server";
import { AppendRequestSchema, DCB, ReadRequestSchema } from "@pumice/stubs/umadb";
import { SeededRandom } from "../faults/seeded-random.js";
import { eventAnswer } from "../support/event-answer.js";
import type { RunningServer } from "../support/start-process.js";
import { startUmadb } from "../support/umadb.js";
import { type EventRequest, randomEventRequest } from "./event-requests.js";

describe("the reference event store and UmaDB", () => {
  let real: RunningServer;
  let reference: ReferenceServer;
  let ofReal: FastGrpcTransport;
  let ofReference: FastGrpcTransport;
  before(async () => {
    real = await startUmadb();
    reference = await startReferenceServer({ events: { conflictText: "dump" } });
    ofReal = createFastGrpcTransport({ baseUrl: real.url, maxHeaderValueBytes: 1_000_000 });
    ofReference = createFastGrpcTransport({ baseUrl: reference.events.url, maxHeaderValueBytes: 1_000_000 });
  });
  after(async () => {
    ofReal.close();
    ofReference.close();
    await reference.close();
    await real[Symbol.asyncDispose]();
  });

  const same = async (asked: EventRequest, what: string): Promise<void> => {
    const [expected, actual] = await Promise.all([eventAnswer(ofReal, asked), eventAnswer(ofReference, asked)]);
    assert.deepEqual(actual, expected, what);
  };

  for (const seed of [1, 2, 3]) {
    test(`give the same answers to 700 random requests, seed ${seed}`, async () => {
      const random = new SeededRandom(seed);
      for (let count = 0; count < 700; count++) {
        const { position = 0n } = await createClient(DCB, ofReal).head({});
        await same(randomEventRequest(random, position), `request ${count}`);
      }
    });
  }

  test("refuse the same requests with the same codes, texts and details", async () => {
    for (const [what, request] of Object.entries(refusedAppends())) {
      await same({ rpc: "append", request: create(AppendRequestSchema, request) }, what);
    }
    for (const limit of [0, 1]) {
      await same({ rpc: "read", request: create(ReadRequestSchema, { subscribe: true, limit }) }, "subscribe");
    }
    const tags = ["t".repeat(4_194_304)];
    await same({ rpc: "read", request: create(ReadRequestSchema, { query: { items: [{ tags }] } }) }, "large query");
  });

  test("fill the page of an event alike", async () => {
    const uuid = "00000000-0000-4000-8000-000000000000";
    const big = new Uint8Array(5000);
    const metadata = [{ key: "k", value: "v".repeat(5000) }];
    const events = [{}, { uuid }, { data: big }, { data: big, uuid }, { metadata }, { data: big, metadata, uuid }];
    for (const event of [...events, { data: new Uint8Array(10) }, { metadata: [{ key: "k", value: "v" }] }]) {
      for (let length = 4010; length < 4075; length++) {
        const request = create(AppendRequestSchema, { events: [{ ...event, eventType: "t".repeat(length) }] });
        await same({ rpc: "append", request }, `type of ${length} bytes`);
      }
    }
    for (let count = 400; count < 410; count++) {
      const request = create(AppendRequestSchema, {
        events: [{ tags: Array.from({ length: count }, () => "12345678") }],
      });
      await same({ rpc: "append", request }, `${count} tags`);
    }
  });

  test("split what they read into the same messages", async () => {
    const { position = 0n } = await createClient(DCB, ofReal).head({});
    for (const size of [1000, 1_834_985, 1_834_986, 100_000, 3_900_000, 10, 3_000_000]) {
      for (let count = 0; count < (size === 1000 ? 3 : 4); count++) {
        const each = size === 1000 ? 1300 : 1;
        const events = Array.from({ length: each }, () => ({ eventType: "", data: new Uint8Array(size) }));
        await same({ rpc: "append", request: create(AppendRequestSchema, { events }) }, `${size} bytes`);
      }
    }
    const reads: MessageInitShape<typeof ReadRequestSchema>[] = [
      { start: position + 1n },
      { start: position + 1n, batchSize: 4096 },
      { start: position + 1n, batchSize: 4096, limit: 3910 },
      { backwards: true, batchSize: 4096, limit: 3900 },
      { backwards: true, batchSize: 3, limit: 30 },
    ];
    for (const read of reads) await same({ rpc: "read", request: create(ReadRequestSchema, read) }, "read");
  });
});

function refusedAppends(): Record<string, MessageInitShape<typeof AppendRequestSchema>> {
  const twice = [
    { key: "k", value: "1" },
    { key: "k", value: "2" },
  ];
  const longSource = { source: "s".repeat(256), position: 1n };
  const low = { source: "low", position: 1n };
  const long = (length: number) => "x".repeat(length);
  return {
    "first event": { events: [{ eventType: "T", data: new Uint8Array([1]) }], trackingInfo: low },
    "a failed condition": { events: [{}], condition: {} },
    "a uuid before a condition": { events: [{ uuid: "x" }], condition: {} },
    "a condition before metadata": { events: [{ metadata: twice }], condition: {} },
    "a condition before a source": { events: [{}], condition: {}, trackingInfo: longSource },
    "metadata before a source": { events: [{ metadata: twice }], trackingInfo: longSource },
    "metadata before tracking": { events: [{ metadata: twice }], trackingInfo: low },
    "a page before tracking": { events: [{ eventType: long(5000) }], trackingInfo: low },
    "a source too long for a page": { events: [{}], trackingInfo: { source: long(5000), position: 1n } },
    "a long source with a large event": { events: [{ eventType: long(4060) }], trackingInfo: longSource },
    "a long source without events": { events: [], trackingInfo: longSource },
    "a source of 256 bytes in 128 letters": { events: [], trackingInfo: { source: "é".repeat(128), position: 1n } },
    tracking: { events: [{}], trackingInfo: low },
    "tracking without events": { events: [], trackingInfo: low },
    "repeated metadata in the second event": { events: [{}, { metadata: twice }] },
    "a long metadata key": { events: [{ metadata: [{ key: long(65_536), value: "" }] }] },
    "a long metadata value": { events: [{ metadata: [{ key: "é'", value: long(65_536) }] }] },
    "repeated and long metadata": { events: [{ metadata: [...twice, { key: "v", value: long(65_536) }] }] },
    "long and repeated metadata": { events: [{ metadata: [{ key: "v", value: long(65_536) }, ...twice] }] },
    "a repeated key with a long value": {
      events: [{ metadata: [...twice.slice(1), { key: "k", value: long(65_536) }] }],
    },
    "many metadata": { events: [{ metadata: Array.from({ length: 65_536 }, (_, i) => ({ key: `${i}`, value: "" })) }] },
    "many metadata, repeated": {
      events: [{ metadata: Array.from({ length: 65_536 }, () => ({ key: "", value: "" })) }],
    },
    "many tags": { events: [{ tags: Array.from({ length: 65_536 }, () => "") }] },
    "many tags and repeated metadata": {
      events: [{ tags: Array.from({ length: 65_536 }, () => ""), metadata: twice }],
    },
    "a long tag and repeated metadata": { events: [{ tags: [long(5000)], metadata: twice }] },
    "a long tag": { events: [{ tags: [long(66_000)] }] },
    "a message above 4 MiB": { events: [{ data: new Uint8Array(4_194_304) }] },
  };
}
