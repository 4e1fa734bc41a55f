import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import type { CallObserver, ReconnectEvent } from "./call-observer.js";
import { ClientClosedError, PumiceError } from "./pumice-error.js";
import {
  type ResumableStreamOptions,
  resumableStream,
  type StreamLost,
  type StreamRegained,
} from "./resumable-stream.js";

const rpc = "kv.Service/Watch";
const unavailable = () => new ConnectError("no route to host", Code.Unavailable);
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** One opening of the stream: its messages, then an error, the end, or silence. */
interface Opening {
  readonly messages?: readonly number[];
  readonly ends?: ConnectError | Error | "end" | "silence";
}

/** A server that does as the script says, one opening after the other, and notes what was asked of it. */
function scriptedServer(...script: readonly Opening[]) {
  const opened: (number | undefined)[] = [];
  const signals: AbortSignal[] = [];
  let sent = 0;
  const open = async function* (position: number | undefined, signal: AbortSignal): AsyncGenerator<number> {
    const { messages = [], ends = "end" } = script[opened.length] ?? {};
    opened.push(position);
    signals.push(signal);
    for (const message of messages) {
      sent += 1;
      yield message;
    }
    if (ends === "silence")
      await new Promise(() => undefined); // deaf to the signal too
    else if (ends !== "end") throw ends;
  };
  return { open, opened, signals, sent: () => sent };
}

function stream(
  server: { readonly open: ResumableStreamOptions<number, number>["open"] },
  options: Partial<ResumableStreamOptions<number, number>> = {},
): AsyncIterable<number> {
  return resumableStream({ rpc, open: server.open, positionOf: (n: number) => n, baseDelayMs: 0, ...options });
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** What keeps the process alive for a time. */
const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;

/** Waits until a pause has begun; its timer would hold the process. */
function untilLost() {
  let told: ((event: StreamLost<number>) => void) | undefined;
  const lost = new Promise<StreamLost<number>>((resolve) => {
    told = resolve;
  });
  return { lost, onLost: (event: StreamLost<number>) => told?.(event) };
}

test("resumableStream() opens behind the last message that the reader was given", async () => {
  const server = scriptedServer({ messages: [1, 2], ends: unavailable() }, { ends: unavailable() }, { messages: [3] });
  assert.deepEqual(await all(stream(server)), [1, 2, 3]);
  assert.deepEqual(server.opened, [undefined, 2, 2]);
});

test("resumableStream() begins every loop anew at start", async () => {
  const server = scriptedServer({ messages: [8], ends: unavailable() }, { messages: [9] }, { messages: [8, 9] });
  const numbers = stream(server, { start: 7 });
  assert.deepEqual(await all(numbers), [8, 9]);
  assert.deepEqual(await all(numbers), [8, 9]);
  assert.deepEqual(server.opened, [7, 8, 7]);
});

test("resumableStream() opens nothing before the first read and reads nothing ahead of the reader", async () => {
  const server = scriptedServer({ messages: [1, 2, 3] });
  const iterator = stream(server)[Symbol.asyncIterator]();
  await turn();
  assert.equal(server.opened.length, 0);
  await iterator.next();
  await turn();
  assert.equal(server.sent(), 1);
  await iterator.next();
  await turn();
  assert.equal(server.sent(), 2);
});

test("resumableStream() gives concurrent reads one message each, across a loss", async () => {
  const server = scriptedServer({ messages: [1], ends: unavailable() }, { messages: [2, 3] });
  const iterator = stream(server)[Symbol.asyncIterator]();
  const results = await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]);
  assert.deepEqual(
    results.map(({ value }) => value),
    [1, 2, 3, undefined],
  );
  assert.equal(results[3]?.done, true);
});

test("resumableStream() takes UNAVAILABLE and a lost connection for lost, and ends with any other error", async () => {
  const fromServer = { "grpc-status": "10" };
  const call = { rpc, attempts: 1 };
  const lost = [
    unavailable(),
    new PumiceError("Lost the connection", Code.Unavailable, call),
    new ConnectError("stream closed", Code.Canceled),
    new ConnectError("reset", Code.Aborted),
  ];
  for (const error of lost)
    assert.deepEqual(await all(stream(scriptedServer({ ends: error }, { messages: [1] }))), [1]);
  const final = [
    new ConnectError("conflict", Code.Aborted, fromServer),
    new PumiceError("the caller went", Code.Canceled, call),
    new ConnectError("no", Code.PermissionDenied),
    new TypeError("a bug"),
  ];
  for (const error of final) {
    const server = scriptedServer({ ends: error }, { messages: [1] });
    await assert.rejects(all(stream(server)), (thrown) => thrown === error);
    assert.equal(server.opened.length, 1);
  }
});

test("resumableStream() asks isLost where it is given", async () => {
  const odd = new RangeError("odd");
  const server = scriptedServer({ messages: [1], ends: odd }, { messages: [2], ends: unavailable() });
  const reading = all(stream(server, { isLost: (error) => error === odd }));
  await assert.rejects(reading, { code: Code.Unavailable });
  assert.deepEqual(server.opened, [undefined, 1]);
});

test("resumableStream() takes an error of open() itself for lost, too", async () => {
  const server = scriptedServer({ messages: [1] });
  let refusals = 2;
  const open: typeof server.open = (position, signal) => {
    if (refusals-- > 0) throw unavailable();
    return server.open(position, signal);
  };
  assert.deepEqual(await all(stream({ open })), [1]);
});

test("resumableStream() with endIsLost goes on after an end, also where isLost does not know it", async () => {
  const server = scriptedServer({ messages: [1] }, {}, { messages: [2], ends: new TypeError("stop") });
  const lost: StreamLost<number>[] = [];
  const reading = all(stream(server, { endIsLost: true, isLost: () => false, onLost: (event) => lost.push(event) }));
  await assert.rejects(reading, { message: "stop" });
  assert.deepEqual(server.opened, [undefined, 1, 1]);
  const { error } = lost[0] ?? {};
  assert.ok(error instanceof ConnectError && error.code === Code.Unavailable);
});

test("resumableStream() throws the last error with the number of attempts after maxAttempts losses in a row", async () => {
  const last = new ConnectError("still away", Code.Unavailable);
  const server = scriptedServer({ messages: [1], ends: unavailable() }, { ends: unavailable() }, { ends: last });
  await assert.rejects(all(stream(server, { maxAttempts: 3 })), (error) => {
    assert.ok(error instanceof PumiceError);
    assert.deepEqual([error.code, error.rpc, error.attempts, error.cause], [Code.Unavailable, rpc, 3, last]);
    assert.match(error.rawMessage, /lost 3 times in a row within \d+ ms: still away$/);
    return true;
  });
  assert.equal(server.opened.length, 3);
});

test("resumableStream() counts losses anew after progress", async () => {
  const broken = { messages: [0], ends: unavailable() };
  const server = scriptedServer({ ends: unavailable() }, broken, { ends: unavailable() }, broken, { messages: [5] });
  assert.deepEqual(await all(stream(server, { maxAttempts: 3 })), [0, 0, 5]);
});

test("resumableStream() with maxAttempts 1 never resumes, and says no number of times", async () => {
  const server = scriptedServer({ messages: [1], ends: unavailable() }, { messages: [2] });
  await assert.rejects(all(stream(server, { maxAttempts: 1 })), { attempts: 1, message: /it was lost once: no route/ });
  assert.equal(server.opened.length, 1);
});

test("resumableStream() gives up after ten losses in a row unless told otherwise", async () => {
  const server = scriptedServer(...Array.from({ length: 20 }, () => ({ ends: unavailable() })));
  await assert.rejects(all(stream(server)), { attempts: 10 });
});

test("resumableStream() refuses pauses that are none", () => {
  for (const options of [{ baseDelayMs: -1 }, { maxDelayMs: Number.NaN }]) {
    assert.throws(() => stream(scriptedServer(), options), RangeError);
  }
});

test("resumableStream() refuses a maxAttempts that is no count", () => {
  for (const maxAttempts of [0, -1, 1.5, Number.NaN, Number.NEGATIVE_INFINITY]) {
    assert.throws(() => stream(scriptedServer(), { maxAttempts }), RangeError);
  }
  stream(scriptedServer(), { maxAttempts: Number.POSITIVE_INFINITY });
});

test("resumableStream() refuses delays that are none, and waits no longer than a timer can", async (t) => {
  for (const delay of [
    { baseDelayMs: -1 },
    { baseDelayMs: Number.NaN },
    { maxDelayMs: -1 },
    { maxDelayMs: Number.NaN },
  ]) {
    assert.throws(() => stream(scriptedServer(), delay), RangeError);
  }
  t.mock.method(Math, "random", () => 0.999);
  const { lost, onLost } = untilLost();
  const delays = { baseDelayMs: 1e12, maxDelayMs: Number.POSITIVE_INFINITY };
  const iterator = stream(scriptedServer({ ends: unavailable() }), { ...delays, onLost })[Symbol.asyncIterator]();
  const reading = iterator.next();
  const { pauseMs } = await lost;
  assert.ok(pauseMs > 1e9 && pauseMs < 2 ** 31, `${pauseMs}`);
  await iterator.return?.();
  await reading;
});

test("resumableStream() doubles its pauses up to maxDelayMs and starts over after progress", async (t) => {
  t.mock.method(Math, "random", () => 0.5);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const away = { ends: unavailable() };
  const server = scriptedServer(away, away, away, away, { messages: [1], ends: unavailable() }, away, {
    messages: [2],
  });
  const pauses: number[] = [];
  const onLost = ({ pauseMs }: StreamLost<number>) => {
    pauses.push(pauseMs);
    setImmediate(() => t.mock.timers.tick(pauseMs));
  };
  assert.deepEqual(await all(stream(server, { baseDelayMs: 100, maxDelayMs: 500, onLost })), [1, 2]);
  assert.deepEqual(pauses, [50, 100, 200, 250, 50, 100]);
});

test("resumableStream() waits out its pause before it opens again", async (t) => {
  t.mock.method(Math, "random", () => 0.5);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const server = scriptedServer({ ends: unavailable() }, { messages: [1] });
  const reading = all(stream(server, { baseDelayMs: 100 }));
  await turn();
  t.mock.timers.tick(49);
  await turn();
  assert.equal(server.opened.length, 1);
  t.mock.timers.tick(1);
  assert.deepEqual(await reading, [1]);
});

test("resumableStream() hands out a message without a position, which is no progress", async () => {
  const mark = -1;
  const server = scriptedServer(
    { messages: [1, mark], ends: unavailable() },
    { messages: [mark], ends: unavailable() },
    { messages: [2] },
  );
  const attempts: number[] = [];
  const numbers = stream(server, {
    positionOf: (n) => (n === mark ? undefined : n),
    onLost: ({ attempt }) => attempts.push(attempt),
  });
  assert.deepEqual(await all(numbers), [1, mark, mark, 2]);
  assert.deepEqual(server.opened, [undefined, 1, 1]);
  assert.deepEqual(attempts, [1, 2]);
});

test("resumableStream() tells what it lost and when it regained it", async () => {
  const first = unavailable();
  const second = unavailable();
  const server = scriptedServer({ messages: [1], ends: first }, { ends: second }, { messages: [2] });
  const told: (StreamLost<number> | StreamRegained<number> | number)[] = [];
  const tell = (event: StreamLost<number> | StreamRegained<number>) => void told.push(event);
  const numbers = stream(server, { onLost: tell, onRegained: tell });
  for await (const n of numbers) told.push(n);
  assert.deepEqual(told, [
    1,
    { attempt: 1, error: first, position: 1, pauseMs: 0 },
    { attempt: 2, error: second, position: 1, pauseMs: 0 },
    { attempt: 2, position: 1 },
    2,
  ]);
});

test("resumableStream() has regained a stream that ends well without another message", async () => {
  const regained: StreamRegained<number>[] = [];
  const server = scriptedServer({ messages: [1], ends: unavailable() }, {});
  await all(stream(server, { onRegained: (event) => regained.push(event) }));
  assert.deepEqual(regained, [{ attempt: 1, position: 1 }]);
});

test("resumableStream() has regained its stream when open() says so, not when a stream of before does", async () => {
  const late: (() => void)[] = [];
  const regained: number[] = [];
  const server = scriptedServer({ ends: unavailable() }, { ends: "silence" });
  const numbers = stream(
    {
      open: (position, signal, opened) => {
        late.push(opened);
        return server.open(position, signal);
      },
    },
    { onRegained: ({ attempt }) => regained.push(attempt) },
  );
  const iterator = numbers[Symbol.asyncIterator]();
  const reading = iterator.next();
  while (late.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  late[0]?.();
  assert.deepEqual(regained, []);
  late[1]?.();
  late[1]?.();
  assert.deepEqual(regained, [1]);
  await iterator.return?.();
  await reading;
});

test("resumableStream() ends with what a hook throws", async () => {
  const bug = new Error("a bug in a hook");
  const raise = () => {
    throw bug;
  };
  for (const hooks of [{ onLost: raise }, { onRegained: raise }]) {
    const server = scriptedServer({ ends: unavailable() }, { messages: [1] });
    await assert.rejects(all(stream(server, hooks)), (error) => error === bug);
  }
});

test("resumableStream() ends at once when the signal fires during a read, though the stream is deaf", async () => {
  const controller = new AbortController();
  const server = scriptedServer({ messages: [1], ends: "silence" });
  const iterator = stream(server, { signal: controller.signal })[Symbol.asyncIterator]();
  await iterator.next();
  const reading = iterator.next();
  await turn();
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(reading, (error) => {
    assert.ok(error instanceof PumiceError);
    assert.deepEqual([error.code, error.rpc, error.attempts, error.cause], [Code.Canceled, rpc, 1, reason]);
    return true;
  });
  assert.equal(server.signals[0]?.reason, reason);
  assert.deepEqual(await iterator.next(), { done: true, value: undefined });
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);
});

test("resumableStream() ends at once when the signal fires during a pause", async () => {
  const controller = new AbortController();
  const server = scriptedServer({ ends: unavailable() }, { messages: [1] });
  const { lost, onLost } = untilLost();
  const before = timers();
  const reading = all(
    stream(server, { signal: controller.signal, baseDelayMs: 3_600_000, maxDelayMs: 3_600_000, onLost }),
  );
  await lost;
  controller.abort();
  await assert.rejects(reading, { code: Code.Canceled, attempts: 1 });
  assert.equal(timers(), before);
  assert.equal(server.opened.length, 1);
  assert.equal(getEventListeners(controller.signal, "abort").length, 0);
});

test("resumableStream() cancels the wire when the signal fires between two reads, and the next read throws", async () => {
  const controller = new AbortController();
  const server = scriptedServer({ messages: [1, 2] });
  const iterator = stream(server, { signal: controller.signal })[Symbol.asyncIterator]();
  await iterator.next();
  controller.abort(new DOMException("too late", "TimeoutError"));
  assert.equal(server.signals[0]?.aborted, true);
  await assert.rejects(iterator.next(), { code: Code.DeadlineExceeded });
  assert.deepEqual(await iterator.next(), { done: true, value: undefined });
});

test("resumableStream() opens nothing under a signal that has fired already", async () => {
  const server = scriptedServer({ messages: [1] });
  const reading = all(stream(server, { signal: AbortSignal.abort() }));
  await assert.rejects(reading, { code: Code.Canceled, attempts: 0 });
  assert.equal(server.opened.length, 0);
});

test("resumableStream() passes on a reason that is an error of ours already", async () => {
  const closed = new ClientClosedError("Cannot read: the client is closed", Code.FailedPrecondition, {
    rpc,
    attempts: 0,
  });
  const reading = all(stream(scriptedServer(), { signal: AbortSignal.abort(closed) }));
  await assert.rejects(reading, (error) => error === closed);
});

test("resumableStream() cancels the wire, and leaves no listener, when the loop is left, ends or fails", async () => {
  const { signal } = new AbortController();
  const left = scriptedServer({ messages: [1, 2] });
  for await (const _ of stream(left, { signal })) break;
  const ended = scriptedServer({ messages: [1], ends: unavailable() }, {});
  await all(stream(ended, { signal }));
  const failed = scriptedServer({ ends: new TypeError("a bug") });
  await assert.rejects(all(stream(failed, { signal })));
  const signals = [left, ended, failed].flatMap((server) => server.signals);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [true, true, true, true],
  );
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("resumableStream() can be left during a read, and tells nothing of the call it cancels", async () => {
  const events: unknown[] = [];
  const open = (_: unknown, signal: AbortSignal): AsyncIterable<number> => ({
    [Symbol.asyncIterator]: () => ({
      next: () =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new ConnectError("canceled", Code.Canceled)));
        }),
    }),
  });
  const iterator = stream({ open }, { onLost: (event) => events.push(event) })[Symbol.asyncIterator]();
  const reading = iterator.next();
  await turn();
  assert.deepEqual(await iterator.return?.(), { done: true, value: undefined });
  assert.deepEqual(await reading, { done: true, value: undefined });
  await turn();
  assert.deepEqual(events, []);
});

test("resumableStream() can be left during a pause", async () => {
  const { lost, onLost } = untilLost();
  const before = timers();
  const server = scriptedServer({ ends: unavailable() }, { messages: [1] });
  const options = { baseDelayMs: 3_600_000, maxDelayMs: 3_600_000, onLost };
  const iterator = stream(server, options)[Symbol.asyncIterator]();
  const reading = iterator.next();
  await lost;
  await iterator.return?.();
  assert.deepEqual(await reading, { done: true, value: undefined });
  assert.equal(timers(), before);
  assert.equal(server.opened.length, 1);
});

test("resumableStream() closes the stream that it leaves, and keeps that stream's last error to itself", async () => {
  let closed = 0;
  const open = (): AsyncIterable<number> => ({
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: 1 }),
      return: async () => {
        closed += 1;
        throw new Error("too late"); // an unhandled rejection would fail the test
      },
    }),
  });
  for await (const _ of stream({ open })) break;
  await turn();
  assert.equal(closed, 1);
});

test("resumableStream() tells an observer of each reconnect, and survives what its hook throws", async () => {
  const events: ReconnectEvent[] = [];
  const observer: CallObserver = {
    onReconnect(event) {
      events.push(event);
      throw new Error("a bug in a hook");
    },
  };
  const error = unavailable();
  const server = scriptedServer({ messages: [1], ends: error }, { ends: error }, { messages: [2] });
  assert.deepEqual(await all(stream(server, { observer })), [1, 2]);
  assert.deepEqual(events, [
    { rpc, attempt: 1, waitMs: 0, error },
    { rpc, attempt: 2, waitMs: 0, error },
  ]);
});

test("resumableStream() says unavailable when it gives up on a connection that a stock transport calls canceled", async () => {
  const server = scriptedServer({ ends: new ConnectError("closed", Code.Canceled) });
  await assert.rejects(all(stream(server, { maxAttempts: 1 })), { code: Code.Unavailable });
});
