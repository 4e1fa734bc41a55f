import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { Code } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import {
  AppendConditionError,
  AppendOutcomeUnknownError,
  connectEvents,
  TrackingConflictError,
  tagged,
} from "@pumice/events-client";
import { createReferenceServices, startReferenceServer } from "@pumice/reference-server";
import { stockGrpcTransport } from "../support/stock-grpc-transport.js";

const failIfMatch = tagged("a");
const event = { type: "T", tags: ["a"] };

async function withStore() {
  const services = createReferenceServices();
  const { transport, faults } = services.events;
  const events = connectEvents({ transport });
  const stored = async () => Number((await events.head()) ?? 0n);
  return { events, faults, stored };
}

test("append() under a condition finds out what became of a request whose answer was lost", async () => {
  const { events, faults, stored } = await withStore();
  faults.next("Append", "dropAnswer");
  assert.equal(await events.append([event, event], { failIfMatch }), 2n);
  assert.equal(await stored(), 2);
  faults.next("Append", "dropRequest");
  assert.equal(await events.append([event], { failIfMatch, after: 2n }), 3n);
  assert.equal(await stored(), 3);
});

test("append() under a condition is stored once although its request comes late", async () => {
  const { events, faults, stored } = await withStore();
  faults.next("Append", "holdRequest", { calls: 2 });
  assert.equal(await events.append([event], { failIfMatch }), 1n);
  await faults.releaseHeld();
  assert.equal(await stored(), 1);
  faults.next("Append", "holdRequest", { calls: 1 });
  assert.equal(await events.append([event], { failIfMatch, after: 1n }), 2n);
  await faults.releaseHeld();
  assert.equal(await stored(), 2);
});

test("append() tells a conflict for sure, also when its first request may still be on the way", async () => {
  const { events, faults, stored } = await withStore();
  await events.append([event]);
  faults.next("Append", "holdRequest", { calls: 3 });
  await assert.rejects(events.append([event], { failIfMatch }), AppendConditionError);
  await faults.releaseHeld();
  assert.equal(await stored(), 1);
});

test("append() that the server would not recognise is not sent again: its outcome is unknown", async () => {
  const { events, faults, stored } = await withStore();
  for (const options of [{}, { failIfMatch: tagged("b") }, { failIfMatch, after: 0n, retry: "never" as const }]) {
    const before = await stored();
    faults.next("Append", "dropAnswer");
    await assert.rejects(events.append([{ type: "T", tags: ["b", "c"].slice(1) }], options), (error) => {
      assert.ok(error instanceof AppendOutcomeUnknownError);
      assert.equal(error.attempts, 1);
      return true;
    });
    assert.equal(await stored(), before + 1);
  }
});

test("append() that was never sent is sent again, whatever it is", async () => {
  const { events, faults, stored } = await withStore();
  for (const options of [{}, { failIfMatch, after: 1n }]) {
    faults.next("Append", "refuse");
    await events.append([event], options);
  }
  assert.equal(await stored(), 2);
});

test("append() that is always repeated knows that nothing was stored, unless an attempt may have arrived", async () => {
  const { events, faults } = await withStore();
  const tracking = { source: "s", position: 1n };
  await events.append([event], { tracking });
  faults.next("Append", "refuse");
  await assert.rejects(events.append([event], { tracking, retry: "always" }), TrackingConflictError);
  faults.next("Append", "dropRequest");
  await assert.rejects(events.append([event], { tracking, retry: "always" }), AppendOutcomeUnknownError);
});

test("append() asks again when a server is silent, and gives up with an unknown outcome at its deadline", async () => {
  await using server = await startReferenceServer();
  await using events = connectEvents(server.events.url);
  const { faults } = server.events;
  faults.next("Append", "dropAnswer", { loss: "silence" });
  assert.equal(await events.append([event], { failIfMatch, timeoutMs: 4000 }), 1n);
  for (let count = 0; count < 9; count++) faults.next("Append", "dropAnswer", { loss: "silence" });
  const late = events.append([event], { failIfMatch, after: 1n, timeoutMs: 100 });
  await assert.rejects(late, (error) => error instanceof AppendOutcomeUnknownError);
  faults.stop();
  assert.equal(await events.head(), 2n);
});

test("append() on a server that is not there fails as unavailable, not as unknown", async () => {
  const server = await startReferenceServer();
  await using events = connectEvents(server.events.url);
  await server.close();
  const failed = events.append([event], { failIfMatch });
  await assert.rejects(failed, (error) => {
    assert.ok(!(error instanceof AppendOutcomeUnknownError));
    return (error as { code?: Code }).code === Code.Unavailable;
  });
});

test("append() whose conflict silences a connection of node:http2 ends by its deadline, as unknown", async () => {
  await using server = await startReferenceServer({ events: { conflictText: "dump" } });
  await using stock = connectEvents({ transport: stockGrpcTransport(server.events.url) });
  await using events = connectEvents(server.events.url);
  await events.append([{ ...event, data: new Uint8Array(100_000).fill(200) }]);
  const silenced = stock.append([event], { failIfMatch, timeoutMs: 1500 });
  await assert.rejects(silenced, (error) => error instanceof AppendOutcomeUnknownError);
  await assert.rejects(events.append([event], { failIfMatch, timeoutMs: 1500 }), AppendConditionError);
  assert.equal(await events.head(), 1n);
});

test("append() over a transport that cannot read UmaDB's errors names what to wrap it in", async () => {
  await using server = await startReferenceServer({ events: { conflictText: "dump" } });
  await using events = connectEvents({ transport: createGrpcTransport({ baseUrl: server.events.url }) });
  await events.append([{ ...event, metadata: [["TopSecret", "TopSecret"]], data: "TopSecret" }]);
  for (const options of [{ failIfMatch }, { tracking: { source: "s", position: 0n } }]) {
    if ("tracking" in options) await events.append([event], options);
    await assert.rejects(events.append([event], options), (error) => {
      assert.ok(error instanceof AppendOutcomeUnknownError);
      assert.match(error.message, /withExactErrors\(\)/);
      assert.doesNotMatch(inspect(error, { depth: 20, showHidden: true }), /TopSecret|84, 111, 112/);
      assert.doesNotMatch(JSON.stringify([...error.metadata]), /TopSecret/);
      return true;
    });
  }
});

test("append() refuses what the server mishandles or would refuse, before anything is sent", async () => {
  const { events } = await withStore();
  const long = (length: number) => "x".repeat(length);
  const wrong: [() => Promise<bigint>, RegExp][] = [
    [() => events.append([]), /there are no events/],
    [() => events.append(undefined as never), /events must be an array/],
    [() => events.append([{} as never]), /events\[0\]\.type/],
    [() => events.append([event, { type: "T", uuid: "x" }]), /events\[1\]\.uuid is no uuid/],
    [() => events.append([{ type: "T", uuid: `{${"0".repeat(32)}}` }]), /is no uuid/],
    [() => events.append([{ type: "T", data: 1 as never }]), /events\[0\]\.data/],
    [() => events.append([{ type: "T", tags: ["\ud800"] }]), /surrogate/],
    [
      () =>
        events.append([
          {
            type: "T",
            metadata: [
              ["k", "1"],
              ["k", "2"],
            ],
          },
        ]),
      /a key twice/,
    ],
    [() => events.append([{ type: "T", metadata: [["k", long(65_536)]] }]), /65536 bytes/],
    [() => events.append([{ type: long(4055) }]), /take 4071 bytes, at most 4070/],
    [() => events.append([{ type: "T", data: new Uint8Array(4_194_304) }]), /at most 4194304 fit/],
    [() => events.append([event], { tracking: { source: long(256), position: 1n } }), /256 bytes/],
    [() => events.append([event], { tracking: { source: "s", position: -1n } }), /tracking.position/],
    [() => events.append([event], { tracking: { source: "s", position: 1 as never } }), /must be a bigint/],
    [() => events.append([event], { after: 1n }), /after goes with failIfMatch/],
    [() => events.append([event], { failIfMatch, after: 2n ** 64n - 1n }), /after must be below/],
    [() => events.append([event], { failIfMatch: { items: [{ types: [], tags: [] }] } }), /neither types nor tags/],
    [() => events.append([event], { failIfMatch: {} as never }), /a query has items/],
    [() => events.append([event], { failIfMatch: null as never }), /a query has items/],
    [() => events.append([event], { failIfMatch: null as never, after: 1n }), /a query has items/],
    [() => events.append([event], { tracking: null as never }), /tracking must be an object/],
    [() => events.append([event], { timeoutMs: 0 }), /timeoutMs/],
    [() => events.append([event], { failIfMatch, timeoutMs: 0 }), /timeoutMs/],
    [() => events.append([event], { failIfMatch, timeoutMs: Number.NaN }), /timeoutMs/],
    [() => events.append([event], { failIfMatch, retry: "often" as never }), /retry/],
  ];
  for (const [call, message] of wrong) {
    await assert.rejects(call, (error) => {
      assert.ok(error instanceof TypeError || error instanceof RangeError, String(error));
      assert.match(error.message, message);
      return true;
    });
  }
  assert.equal(await events.head(), undefined);
  await events.append([{ type: long(4054) }]);
});
