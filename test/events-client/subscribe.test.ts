import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError, createClient, createRouterTransport, type Transport } from "@connectrpc/connect";
import {
  type CaughtUp,
  type ConnectionLost,
  connectEvents,
  type EventsClient,
  StoreChangedError,
  tagged,
} from "@pumice/events-client";
import { createReferenceServices, type ReferenceServer, startReferenceServer } from "@pumice/reference-server";
import { DCB } from "@pumice/stubs/umadb";
import { SeededRandom } from "../faults/seeded-random.js";
import { startFaultyRelay } from "../support/faulty-relay.js";

const quick = { baseDelayMs: 1, maxDelayMs: 10 };

async function append(server: ReferenceServer, count: number): Promise<bigint> {
  await using events = connectEvents(server.events.url);
  return await events.append(Array.from({ length: count }, (_, index) => ({ type: "T", data: String(index) })));
}

/** Reads positions one by one, and tells when each loss and return came. */
function follow(events: EventsClient, options: Parameters<EventsClient["subscribe"]>[0] = {}) {
  const lost: ConnectionLost[] = [];
  const regained: bigint[] = [];
  const subscription = events.subscribe({
    ...quick,
    onConnectionLost: (event) => lost.push(event),
    onConnectionRegained: ({ position }) => regained.push(position ?? 0n),
    ...options,
  });
  const iterator = subscription[Symbol.asyncIterator]();
  return { lost, regained, iterator, next: async () => (await iterator.next()).value?.position };
}

test("subscribe() goes on behind the last event that was handed out when the connection is cut", async () => {
  await using server = await startReferenceServer();
  await using relay = await startFaultyRelay(server.events.url);
  await using events = connectEvents(relay.url);
  await append(server, 3);
  const { next, lost, regained, iterator } = follow(events);
  assert.deepEqual([await next(), await next(), await next()], [1n, 2n, 3n]);
  const waiting = next();
  relay.cut();
  await append(server, 1);
  assert.equal(await waiting, 4n);
  assert.deepEqual(
    lost.map(({ attempt, position }) => [attempt, position]),
    [[1, 3n]],
  );
  assert.deepEqual(regained, [3n]);
  await iterator.return?.();
});

test("subscribe() delivers every event once and in order over 100 seeded cuts while events are appended", async () => {
  await using server = await startReferenceServer();
  await using relay = await startFaultyRelay(server.events.url);
  await using events = connectEvents(relay.url);
  const random = new SeededRandom(11);
  const total = 3000;
  const writing = (async () => {
    for (let written = 0; written < total; written += 30) await append(server, 30);
  })();
  const cutAt = new Set(Array.from({ length: 100 }, () => random.integer(1, total - 1)));
  let expected = 1n;
  for await (const { position } of events.subscribe({ ...quick, batchSize: 50 })) {
    assert.equal(position, expected++);
    if (cutAt.has(Number(position))) relay.cut();
    if (position === BigInt(total)) break;
  }
  await writing;
});

test("subscribe() takes a server's orderly end for a lost connection, and comes back when it is there again", async () => {
  const first = await startReferenceServer();
  await append(first, 2);
  const second = await startReferenceServer();
  await using events = connectEvents(second.events.url);
  await using relay = await startFaultyRelay(first.events.url);
  await using relayed = connectEvents(relay.url);
  const { next, lost, iterator } = follow(relayed, { after: 2n });
  const waiting = next();
  await relayed.head();
  relay.redirect(second.events.url);
  await first.close();
  await append(second, 2);
  const third = await events.append([{ type: "T" }]);
  assert.equal(await waiting, third);
  assert.ok(lost.length >= 1);
  await iterator.return?.();
  await second.close();
});

test("subscribe() refuses to go on with another store, and with one that ends before what was seen", async () => {
  for (const inOther of [1, 3]) {
    await using server = await startReferenceServer();
    await using other = await startReferenceServer();
    await using relay = await startFaultyRelay(server.events.url);
    await using events = connectEvents(relay.url);
    await append(server, 2);
    await append(other, inOther);
    const { next } = follow(events);
    assert.deepEqual([await next(), await next()], [1n, 2n]);
    const waiting = assert.rejects(next(), (error) => {
      assert.ok(error instanceof StoreChangedError);
      assert.match(error.message, inOther === 1 ? /the store ends before it/ : /another event there/);
      return true;
    });
    relay.redirect(other.events.url);
    relay.cut();
    await waiting;
  }
});

test("subscribe() refuses a store that ends before the head it was told of, also where no event was handed out", async () => {
  await using server = await startReferenceServer();
  await using other = await startReferenceServer();
  await using relay = await startFaultyRelay(server.events.url);
  await using events = connectEvents(relay.url);
  await append(server, 3);
  await append(other, 2);
  const heads: (bigint | undefined)[] = [];
  const onCaughtUp = ({ head }: CaughtUp) => {
    heads.push(head);
    relay.redirect(other.events.url);
    relay.cut();
  };
  const { next } = follow(events, { query: tagged("nobody's"), onCaughtUp });
  await assert.rejects(next(), (error) => {
    assert.ok(error instanceof StoreChangedError);
    assert.match(error.message, /position 3: the store ends before it/);
    return true;
  });
  assert.deepEqual(heads, [3n]);
});

test("subscribe() tells another store by the tags where events have no uuid", async () => {
  await using server = await startReferenceServer();
  await using other = await startReferenceServer();
  await using relay = await startFaultyRelay(server.events.url);
  await using events = connectEvents(relay.url);
  for (const { events: target, tag } of [
    { ...server, tag: "a" },
    { ...other, tag: "b" },
  ]) {
    await createClient(DCB, target.transport).append({ events: [{ eventType: "T", tags: [tag] }] });
  }
  const { next } = follow(events);
  assert.equal(await next(), 1n);
  const waiting = assert.rejects(next(), StoreChangedError);
  relay.redirect(other.events.url);
  relay.cut();
  await waiting;
});

test("subscribe() comes back when a server does not answer in time on the way back, by either's clock", async () => {
  const lateAnswers = [
    new ConnectError("Timeout expired", Code.Canceled, { "grpc-status": "1" }),
    new ConnectError("the operation timed out", Code.DeadlineExceeded),
    new ConnectError("gone", Code.Unavailable),
  ];
  const event = { position: 1n, event: { eventType: "T" } };
  const transport = createRouterTransport(({ service }) =>
    service(DCB, {
      async *read() {
        const late = lateAnswers.pop();
        if (late) throw late;
        yield { events: [event] };
      },
      async *subscribe({ after = 0n }) {
        yield { events: [{ ...event, position: after + 1n }] };
      },
    }),
  );
  await using events = connectEvents({ transport, retry: false });
  const { next, lost, iterator } = follow(events);
  assert.equal(await next(), 1n);
  assert.equal(await next(), 2n);
  assert.equal(lost.length, 4); // the end, and three answers that came late
  await iterator.return?.();
});

/** A transport in process whose subscriptions break as `broken` says, once it has settled or `messages` have come. */
function breakingTransport(messages: number, broken: () => Promise<never>) {
  const { transport } = createReferenceServices().events;
  async function* breaking<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
    let left = messages;
    if (left > 0)
      for await (const message of source) {
        yield message;
        if (--left === 0) break;
      }
    await broken();
  }
  const faulty: Transport = {
    unary: (...call) => transport.unary(...call),
    async stream(method, ...rest) {
      const response = await transport.stream(method, ...rest);
      return method.name === "Subscribe" ? { ...response, message: breaking(response.message) } : response;
    },
  };
  return { faulty, transport };
}

/** What the transports make of a stream that a proxy has broken off. */
const brokenOff = [
  new ConnectError("The server reset the stream with INTERNAL_ERROR", Code.Internal),
  new ConnectError("missing trailer", Code.Unknown),
  new ConnectError("The server reset the stream with ENHANCE_YOUR_CALM", Code.ResourceExhausted),
];

test("subscribe() comes back when a stream is broken off that has delivered events", async () => {
  for (const error of brokenOff) {
    const { faulty } = breakingTransport(1, () => Promise.reject(error));
    await using events = connectEvents({ transport: faulty });
    await events.append([{ type: "T" }, { type: "T" }, { type: "T" }]);
    const { next, lost, iterator } = follow(events, { batchSize: 1 });
    assert.deepEqual([await next(), await next(), await next()], [1n, 2n, 3n]);
    assert.equal(lost.length, 2);
    await iterator.return?.();
  }
});

test("subscribe() comes back when a stream is broken off that was quiet for long, and only then", async (t) => {
  const now = performance.now.bind(performance);
  let laterMs = 0;
  t.mock.method(performance, "now", () => now() + laterMs);
  for (const error of brokenOff) {
    const { faulty, transport } = breakingTransport(0, async () => {
      await new Promise(setImmediate);
      laterMs += endured.shift() ? 1000 : 0;
      throw error;
    });
    const endured = [true, true, false];
    await using events = connectEvents({ transport: faulty });
    await connectEvents({ transport }).append([{ type: "T" }]);
    const { next, lost } = follow(events);
    await assert.rejects(next(), { code: error.code });
    assert.equal(lost.length, 2);
  }
});

test("subscribe() notices a server that has vanished without a word by its pings", async () => {
  await using server = await startReferenceServer();
  await using relay = await startFaultyRelay(server.events.url);
  await using events = connectEvents(relay.url, { pingIntervalMs: 50, pingTimeoutMs: 200 });
  await append(server, 1);
  const { next, lost, iterator } = follow(events);
  assert.equal(await next(), 1n);
  const waiting = next();
  relay.freeze();
  await append(server, 1);
  assert.equal(await waiting, 2n);
  assert.equal(lost.length, 1);
  await iterator.return?.();
});

test("subscribe() tells that it is caught up once for each connection", async () => {
  await using server = await startReferenceServer();
  await using relay = await startFaultyRelay(server.events.url);
  await using events = connectEvents(relay.url);
  await append(server, 2);
  const heads: (bigint | undefined)[] = [];
  const { next, iterator } = follow(events, { onCaughtUp: ({ head }) => heads.push(head) });
  assert.deepEqual([await next(), await next()], [1n, 2n]);
  const third = next();
  await append(server, 1);
  await third;
  assert.deepEqual(heads, [2n]);
  const fourth = next();
  relay.cut();
  await append(server, 1);
  await fourth;
  const fifth = next();
  await append(server, 1);
  await fifth;
  assert.equal(heads.length, 2);
  await iterator.return?.();
});

test("subscribe() gives up after maxAttempts losses in a row, and ends at once when its signal fires in a pause", async () => {
  const gone = await startReferenceServer();
  await using events = connectEvents(gone.events.url);
  await gone.close();
  const { next } = follow(events, { maxAttempts: 3 });
  await assert.rejects(next(), { kind: "call", attempts: 3 });
  const leave = new AbortController();
  const options = { baseDelayMs: 60_000, maxDelayMs: 60_000, signal: leave.signal };
  const onConnectionLost = () => leave.abort();
  const reading = events
    .subscribe({ ...options, onConnectionLost })
    [Symbol.asyncIterator]()
    .next();
  await assert.rejects(reading, { kind: "call" });
});

test("subscribe().batches() gives the events as they came together", async () => {
  await using server = await startReferenceServer();
  await using events = connectEvents(server.events.url);
  await append(server, 10);
  const batches = events.subscribe({ batchSize: 4 }).batches()[Symbol.asyncIterator]();
  const sizes = [];
  for (let count = 0; count < 3; count++) sizes.push((await batches.next()).value?.length);
  assert.deepEqual(sizes, [4, 4, 2]);
  await batches.return?.();
});

test("subscribe() ends at once when its client closes while it waits to connect again", async () => {
  const gone = await startReferenceServer();
  await gone.close();
  for (const options of [{}, { signal: new AbortController().signal }]) {
    const events = connectEvents(gone.events.url, { retry: false });
    const pause = { baseDelayMs: 2_000_000_000, maxDelayMs: 2_000_000_000, onConnectionLost: () => events.close() };
    const reading = events
      .subscribe({ ...options, ...pause })
      [Symbol.asyncIterator]()
      .next();
    await assert.rejects(reading, { kind: "client-closed", rpc: "umadb.v1.DCB/Subscribe" });
  }
});

test("subscribe() refuses options that are none before anything is sent", () => {
  const events = connectEvents("http://127.0.0.1:1");
  const wrong: [Parameters<EventsClient["subscribe"]>[0], RegExp][] = [
    [{ query: null as never }, /a query has items/],
    [{ signal: {} as never }, /signal must be an AbortSignal/],
    [{ headers: { "no name": "" } }, /no name/],
    [{ after: 1 as never }, /must be a bigint/],
    [{ after: 2n ** 64n - 1n }, /after must be below/],
    [{ after: 1n, afterTracked: "s" }, /exclude each other/],
    [{ afterTracked: 1 as never }, /afterTracked/],
    [{ batchSize: 0 }, /batchSize must be/],
  ];
  for (const [options, message] of wrong) assert.throws(() => events.subscribe(options), message);
  for (const options of [{ maxAttempts: 0 }, { baseDelayMs: Number.NaN }, { maxDelayMs: -1 }]) {
    assert.throws(() => events.subscribe(options)[Symbol.asyncIterator](), RangeError);
  }
});
