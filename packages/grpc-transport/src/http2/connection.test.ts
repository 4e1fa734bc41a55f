import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type ConnectionOptions, Http2Connection } from "./connection.js";
import { ErrorCode } from "./error-code.js";
import { FrameReader } from "./frame-reader.js";
import {
  connectionPreface,
  encodeFrame,
  encodeGoaway,
  encodeRstStream,
  encodeWindowUpdate,
  Flag,
  FrameType,
  readUint32,
} from "./frames.js";
import { encodeHeaders } from "./hpack-encoder.js";
import { defaultLimits } from "./limits.js";
import { encodeSettings } from "./settings.js";
import { Http2Stream } from "./stream.js";

const { Data, Headers, Settings, Ping, Goaway, RstStream, WindowUpdate, Continuation } = FrameType;
const none = new Uint8Array(0);
const ok = encodeHeaders([":status", "200", "content-type", "application/grpc"]);
const trailers = encodeHeaders(["grpc-status", "0"]);
const settings = (...entries: [number, number][]) => encodeSettings(entries);
const headers = (id: number, block: Uint8Array, flags: number = Flag.EndHeaders) =>
  encodeFrame(Headers, flags, id, block);
const data = (id: number, size: number, flags = 0) => encodeFrame(Data, flags, id, Buffer.alloc(size, 1));
const ended = Flag.EndHeaders | Flag.EndStream;
const answer = (id: number) => Buffer.concat([headers(id, ok), data(id, 3), headers(id, trailers, ended)]);

describe("Http2Connection begins", () => {
  test("with the preface, SETTINGS and the connection's window", () => {
    const { preface } = start({ connectionWindowBytes: 100_000 });
    assert.deepEqual(preface.subarray(0, 24), Buffer.from(connectionPreface));
    assert.deepEqual(
      frames(preface.subarray(24)).map(({ type }) => type),
      [Settings, WindowUpdate],
    );
  });

  test("with one stream until the server's SETTINGS say how many there may be", () => {
    const { connection, sent } = start();
    for (let i = 0; i < 3; i++) connection.add(call().stream);
    assert.equal(count(sent(), Headers), 1);
    connection.receive(settings([3, 2]));
    assert.equal(count(sent(), Headers), 1);
    connection.receive(answer(1));
    assert.equal(count(sent(), Headers), 1);
    assert.equal(connection.streamCount, 2);
  });

  test("and acknowledges SETTINGS", () => {
    const { connection, sent } = start();
    connection.receive(settings());
    assert.deepEqual(
      sent().map(({ type, flags }) => [type, flags]),
      [[Settings, Flag.Ack]],
    );
  });
});

describe("Http2Connection delivers a response", () => {
  test("whatever way its bytes are split into two", () => {
    const bytes = Buffer.concat([
      settings([3, 100]),
      headers(1, ok.subarray(0, 3), 0),
      encodeFrame(Continuation, Flag.EndHeaders, 1, ok.subarray(3)),
      data(1, 10),
      encodeFrame(Data, Flag.Padded, 1, Uint8Array.of(3, 1, 1, 0, 0, 0)),
      encodeFrame(Ping, 0, 0, Buffer.alloc(8, 5)),
      encodeFrame(0x77, 0xff, 1, Buffer.from("unknown")),
      encodeFrame(
        Headers,
        ended | Flag.Padded | Flag.Priority,
        1,
        Buffer.concat([Uint8Array.of(2, 0, 0, 0, 0, 16), trailers, Buffer.alloc(2)]),
      ),
    ]);
    const replay = (chunks: readonly Uint8Array[]) => {
      const { connection, sent } = start();
      const { stream, log } = call();
      connection.add(stream);
      for (const chunk of chunks) connection.receive(chunk);
      return { log, answers: sent().map(({ type, flags }) => [type, flags]) };
    };
    const whole = replay([bytes]);
    assert.deepEqual(whole.log, ["headers 200", "data 10", "data 2", "trailers grpc-status=0"]);
    for (let at = 1; at < bytes.length; at++) {
      assert.deepEqual(replay([bytes.subarray(0, at), bytes.subarray(at)]), whole);
    }
    assert.deepEqual(replay([...bytes].map((byte) => Uint8Array.of(byte))), whole);
  });

  test("after interim ones", () => {
    const { connection } = start();
    const { stream, log } = call();
    connection.add(stream);
    connection.receive(
      Buffer.concat([settings(), headers(1, encodeHeaders([":status", "103"])), headers(1, ok, ended)]),
    );
    assert.deepEqual(log, ["headers 200 last"]);
  });

  test("with its status, though a value in it exceeds all limits", () => {
    const { connection } = start();
    const first = call();
    const second = call();
    connection.add(first.stream);
    connection.receive(Buffer.concat([settings(), headers(1, ok)]));
    connection.add(second.stream);
    const block = encodeHeaders(["grpc-message", "x".repeat(3_000_000), "grpc-status", "9"]);
    connection.receive(headers(1, block.subarray(0, 16_384), Flag.EndStream));
    for (let start = 16_384; start < block.length; start += 16_384) {
      const isLast = start + 16_384 >= block.length;
      const part = block.subarray(start, start + 16_384);
      connection.receive(encodeFrame(Continuation, isLast ? Flag.EndHeaders : 0, 1, part));
    }
    assert.match(first.log.at(-1) ?? "", /grpc-status=9$/);
    connection.receive(answer(3));
    assert.equal(second.log.at(-1), "trailers grpc-status=0");
  });
});

describe("Http2Connection controls the flow", () => {
  test("and sends no more than 65535 bytes before the server's SETTINGS", () => {
    const { connection, sent } = start();
    const { stream } = call();
    stream.send(Buffer.alloc(100_000), true);
    connection.add(stream);
    assert.equal(bytesOf(sent()), 65_535);
    connection.receive(settings([4, 80_000]));
    assert.equal(bytesOf(sent()), 0); // the connection's window is used up
    connection.receive(encodeWindowUpdate(0, 50_000));
    assert.equal(bytesOf(sent()), 14_465);
    connection.receive(encodeWindowUpdate(1, 50_000));
    const rest = sent();
    assert.equal(bytesOf(rest), 20_000);
    assert.equal(rest.at(-1)?.flags, Flag.EndStream);
  });

  test("with frames no larger than the server takes", () => {
    const { connection, sent } = start();
    const { stream } = call();
    stream.send(Buffer.alloc(40_000), true);
    connection.add(stream);
    assert.deepEqual(
      sent()
        .filter(({ type }) => type === Data)
        .map(({ payload }) => payload.length),
      [16_384, 16_384, 7232],
    );
  });

  test("and waits when a changed initial window makes one negative", () => {
    const { connection, sent } = start();
    const { stream } = call();
    stream.send(Buffer.alloc(1000), false);
    connection.add(stream);
    connection.receive(settings([4, 10]));
    sent();
    stream.send(Buffer.alloc(5), false);
    connection.receive(encodeWindowUpdate(1, 990));
    assert.equal(bytesOf(sent()), 0);
    connection.receive(encodeWindowUpdate(1, 3));
    assert.equal(bytesOf(sent()), 3);
  });

  test("in turn between streams", () => {
    const { connection, sent } = start();
    connection.receive(Buffer.concat([settings([4, 1_000_000])]));
    const streams = [call().stream, call().stream];
    for (const stream of streams) {
      stream.send(Buffer.alloc(100_000), true);
      connection.add(stream);
    }
    sent();
    connection.receive(encodeWindowUpdate(0, 65_536));
    assert.deepEqual([...new Set(sent().map(({ streamId }) => streamId))].sort(), [1, 3]);
  });

  test("and stops DATA, not answers, while the socket is full", () => {
    const { connection, sent } = start();
    connection.pause();
    const { stream } = call();
    stream.send(Buffer.alloc(100), true);
    connection.add(stream);
    connection.receive(Buffer.concat([settings(), encodeFrame(Ping, 0, 0, Buffer.alloc(8))]));
    assert.deepEqual(
      sent()
        .map(({ type }) => type)
        .slice(-3),
      [Headers, Settings, Ping],
    );
    connection.resume();
    assert.equal(bytesOf(sent()), 100);
  });

  test("and renews the connection's window at once, the stream's when its reader releases bytes", () => {
    const { connection, sent } = start({ streamWindowBytes: 65_535, connectionWindowBytes: 65_535 });
    const { stream } = call();
    connection.add(stream);
    connection.receive(Buffer.concat([settings(), encodeFrame(Settings, Flag.Ack, 0, none), headers(1, ok)]));
    sent();
    for (let i = 0; i < 3; i++) connection.receive(data(1, 16_000));
    assert.deepEqual(
      sent().map(({ streamId, payload }) => [streamId, readUint32(payload, 0)]),
      [[0, 48_000]],
    );
    stream.release(40_000);
    assert.deepEqual(
      sent().map(({ streamId, payload }) => [streamId, readUint32(payload, 0)]),
      [[1, 40_000]],
    );
  });

  test("and resets a stream that exceeds its window", () => {
    const { connection, sent } = start({ streamWindowBytes: 10 });
    const { stream, log } = call();
    connection.add(stream);
    connection.receive(
      Buffer.concat([settings(), encodeFrame(Settings, Flag.Ack, 0, none), headers(1, ok), data(1, 11)]),
    );
    assert.equal(errorOf(sent().find(({ type }) => type === RstStream)), ErrorCode.FlowControlError);
    assert.match(log.at(-1) ?? "", /failed by client/);
    assert.equal(connection.closed, false);
  });
});

describe("Http2Connection ends streams", () => {
  test("that the server resets", () => {
    const { connection } = start();
    const { stream, log } = call();
    connection.add(stream);
    connection.receive(Buffer.concat([settings(), encodeRstStream(1, ErrorCode.RefusedStream)]));
    assert.deepEqual(log, ["failed by server 7 never sent"]);
  });

  test("by RST_STREAM CANCEL, and still accounts and decodes what comes late", () => {
    const { connection, sent } = start({ connectionWindowBytes: 65_535 });
    const first = call();
    connection.add(first.stream);
    connection.receive(settings());
    sent();
    first.stream.cancel();
    assert.deepEqual(
      sent().map(({ type, payload }) => [type, readUint32(payload, 0)]),
      [[RstStream, ErrorCode.Cancel]],
    );
    // The late headers add an entry to the table, which the next response refers to.
    const literal = Buffer.from(encodeHeaders(["x-name", "value"]));
    literal[0] = 0x40;
    connection.receive(headers(1, Buffer.concat([encodeHeaders([":status", "200"]), literal])));
    for (let i = 0; i < 3; i++) connection.receive(data(1, 16_000));
    assert.deepEqual(
      sent().map(({ type, streamId }) => [type, streamId]),
      [[WindowUpdate, 0]],
    );
    const second = call();
    connection.add(second.stream);
    connection.receive(Buffer.concat([headers(3, Uint8Array.of(0x88, 0xbe), ended)]));
    assert.deepEqual(second.log, ["headers 200 last"]);
    assert.deepEqual(first.log, []);
  });

  test("whose response ended before their request did, by telling the server", () => {
    const { connection, sent } = start();
    const { stream, log } = call();
    stream.send(Buffer.alloc(10), false);
    connection.add(stream);
    connection.receive(Buffer.concat([settings(), headers(1, ok, ended)]));
    assert.deepEqual(sent().at(-1)?.type, RstStream);
    assert.deepEqual(log, ["drained", "headers 200 last"]);
  });

  test("that GOAWAY says were never processed, and lets the others finish", () => {
    const { connection, events } = start();
    connection.receive(settings());
    const calls = [call(), call()];
    for (const { stream } of calls) connection.add(stream);
    connection.receive(encodeGoaway(1, ErrorCode.NoError));
    assert.deepEqual(
      calls.map(({ log }) => log),
      [[], ["failed by server 7 never sent"]],
    );
    assert.equal(connection.usable, false);
    connection.receive(answer(1));
    assert.equal(calls[0]?.log.at(-1), "trailers grpc-status=0");
    assert.deepEqual(events, ["draining", "idle"]);
  });

  test("and gives back those it never opened", () => {
    const { connection } = start();
    const calls = [call(), call()];
    for (const { stream } of calls) connection.add(stream);
    connection.receive(Buffer.concat([settings([3, 1]), encodeGoaway(1, ErrorCode.NoError)]));
    assert.deepEqual(connection.takeQueue(), [calls[1]?.stream]);
  });

  test("all of them, when the connection is lost", () => {
    const { connection } = start();
    const calls = [call(), call()];
    for (const { stream } of calls) connection.add(stream);
    connection.end("lost");
    assert.deepEqual(
      calls.map(({ log }) => log),
      [["failed by connection 0"], ["failed by connection 0 never sent"]],
    );
  });

  test("and asks for another connection when the ids are used up", () => {
    const { connection, events } = start({ firstStreamId: 0x7fffffff });
    connection.receive(settings());
    connection.add(call().stream);
    assert.equal(connection.usable, false);
    assert.deepEqual(events, ["draining"]);
    connection.receive(answer(0x7fffffff));
    assert.deepEqual(events, ["draining", "idle"]);
  });
});

test("Http2Connection answers PING, and notices the answer to its own", () => {
  const { connection, sent } = start();
  connection.receive(Buffer.concat([settings(), encodeFrame(Ping, 0, 0, Buffer.from("12345678"))]));
  assert.deepEqual(sent().at(-1)?.payload, Buffer.from("12345678"));
  let answers = 0;
  connection.ping(() => answers++);
  const [ping] = sent();
  assert.ok(ping);
  connection.receive(encodeFrame(Ping, Flag.Ack, 0, ping.payload));
  connection.receive(encodeFrame(Ping, Flag.Ack, 0, ping.payload));
  assert.equal(answers, 1);
});

test("Http2Connection acknowledges a changed table size in its next header block", () => {
  const { connection, sent } = start();
  connection.receive(settings([1, 0]));
  connection.add(call().stream);
  connection.add(call().stream);
  assert.deepEqual(
    sent()
      .filter(({ type }) => type === Headers)
      .map(({ payload }) => payload[0]),
    [0x20, 0x83],
  );
});

/** What ends the connection, after SETTINGS and one open stream; `1` is the stream. */
const violations: [what: string, code: number, bytes: Uint8Array][] = [
  ["DATA on stream 0", ErrorCode.ProtocolError, data(0, 1)],
  ["DATA on an idle stream", ErrorCode.ProtocolError, data(3, 1)],
  ["HEADERS on a stream of the server's", ErrorCode.ProtocolError, headers(2, ok)],
  ["padding longer than its frame", ErrorCode.ProtocolError, encodeFrame(Data, Flag.Padded, 1, Uint8Array.of(9, 1))],
  ["a padded frame without content", ErrorCode.FrameSizeError, encodeFrame(Data, Flag.Padded, 1, none)],
  ["a header block interrupted", ErrorCode.ProtocolError, Buffer.concat([headers(1, ok, 0), data(1, 1)])],
  [
    "CONTINUATION of another stream",
    ErrorCode.ProtocolError,
    Buffer.concat([headers(1, ok, 0), encodeFrame(Continuation, 4, 3, none)]),
  ],
  ["CONTINUATION without HEADERS", ErrorCode.ProtocolError, encodeFrame(Continuation, Flag.EndHeaders, 1, none)],
  ["a header block that cannot be decoded", ErrorCode.CompressionError, headers(1, Uint8Array.of(0x80))],
  ["HEADERS shorter than their priority", ErrorCode.FrameSizeError, headers(1, Uint8Array.of(1), Flag.Priority | 4)],
  ["PRIORITY on stream 0", ErrorCode.ProtocolError, encodeFrame(FrameType.Priority, 0, 0, Buffer.alloc(5))],
  ["RST_STREAM of the wrong size", ErrorCode.FrameSizeError, encodeFrame(RstStream, 0, 1, Buffer.alloc(5))],
  ["RST_STREAM of an idle stream", ErrorCode.ProtocolError, encodeRstStream(5, 0)],
  ["SETTINGS on a stream", ErrorCode.ProtocolError, encodeFrame(Settings, 0, 1, none)],
  ["a SETTINGS ACK with content", ErrorCode.FrameSizeError, encodeFrame(Settings, Flag.Ack, 0, Buffer.alloc(6))],
  ["SETTINGS of the wrong size", ErrorCode.FrameSizeError, encodeFrame(Settings, 0, 0, Buffer.alloc(5))],
  [
    "an initial window that overflows a stream's",
    ErrorCode.FlowControlError,
    Buffer.concat([encodeWindowUpdate(1, 0x7fff0000 - 65_535), settings([4, 0x7fffffff])]),
  ],
  ["PUSH_PROMISE", ErrorCode.ProtocolError, encodeFrame(FrameType.PushPromise, 4, 1, Buffer.alloc(8))],
  ["PING of the wrong size", ErrorCode.FrameSizeError, encodeFrame(Ping, 0, 0, Buffer.alloc(7))],
  ["PING on a stream", ErrorCode.ProtocolError, encodeFrame(Ping, 0, 1, Buffer.alloc(8))],
  ["GOAWAY on a stream", ErrorCode.ProtocolError, encodeFrame(Goaway, 0, 1, Buffer.alloc(8))],
  ["GOAWAY of the wrong size", ErrorCode.FrameSizeError, encodeFrame(Goaway, 0, 0, Buffer.alloc(7))],
  [
    "a GOAWAY that takes the first back",
    ErrorCode.ProtocolError,
    Buffer.concat([encodeGoaway(1, 0), encodeGoaway(3, 0)]),
  ],
  ["WINDOW_UPDATE of the wrong size", ErrorCode.FrameSizeError, encodeFrame(WindowUpdate, 0, 0, Buffer.alloc(3))],
  ["WINDOW_UPDATE of 0 on the connection", ErrorCode.ProtocolError, encodeWindowUpdate(0, 0)],
  ["a connection window that overflows", ErrorCode.FlowControlError, encodeWindowUpdate(0, 0x7fffffff)],
  ["a frame that is too large", ErrorCode.FrameSizeError, data(1, 16_385)],
  ["a flood of PING", ErrorCode.EnhanceYourCalm, repeated(encodeFrame(Ping, 0, 0, Buffer.alloc(8)))],
  ["a flood of SETTINGS", ErrorCode.EnhanceYourCalm, repeated(settings([3, 1]))],
  ["a flood of empty DATA", ErrorCode.EnhanceYourCalm, Buffer.concat([headers(1, ok), repeated(data(1, 0))])],
  [
    "a flood of small CONTINUATION",
    ErrorCode.EnhanceYourCalm,
    Buffer.concat([headers(1, ok, 0), repeated(encodeFrame(Continuation, 0, 1, Uint8Array.of(0x88)))]),
  ],
  ["a flood of unknown frames", ErrorCode.EnhanceYourCalm, repeated(encodeFrame(0x42, 0, 0, none))],
  ["a flood of PRIORITY", ErrorCode.EnhanceYourCalm, repeated(encodeFrame(FrameType.Priority, 0, 1, Buffer.alloc(5)))],
  ["a flood of RST_STREAM", ErrorCode.EnhanceYourCalm, repeated(encodeRstStream(1, 0))],
  [
    "a flood of interim responses",
    ErrorCode.EnhanceYourCalm,
    repeated(Buffer.concat([headers(1, encodeHeaders([":status", "103"])), encodeFrame(Ping, 0, 0, Buffer.alloc(8))])),
  ],
];

for (const [what, code, bytes] of violations) {
  test(`Http2Connection ends with GOAWAY for ${what}`, () => {
    const { connection, sent, events } = start({ streamWindowBytes: 65_535, connectionWindowBytes: 65_535 });
    const { stream, log } = call();
    connection.add(stream);
    connection.receive(settings());
    sent();
    connection.receive(bytes);
    const goaway = sent().at(-1);
    assert.equal(goaway?.type, Goaway);
    assert.equal(readUint32(goaway?.payload ?? none, 4), code);
    assert.equal(connection.closed, true);
    assert.match(log.at(-1) ?? "", /^failed by/);
    assert.deepEqual(events.at(-1), "broken");
    connection.receive(answer(1));
    assert.deepEqual(sent(), []);
  });
}

/** What ends the stream, and leaves the connection. */
const streamViolations: [what: string, code: number, bytes: Uint8Array][] = [
  ["DATA before HEADERS", ErrorCode.ProtocolError, data(1, 1)],
  ["a response without :status", ErrorCode.ProtocolError, headers(1, trailers)],
  ["101 Switching Protocols", ErrorCode.ProtocolError, headers(1, encodeHeaders([":status", "101"]))],
  [
    "an interim response that ends the stream",
    ErrorCode.ProtocolError,
    headers(1, encodeHeaders([":status", "100"]), ended),
  ],
  ["trailers with :status", ErrorCode.ProtocolError, Buffer.concat([headers(1, ok), headers(1, ok, ended)])],
  [
    "trailers that do not end the stream",
    ErrorCode.ProtocolError,
    Buffer.concat([headers(1, ok), headers(1, trailers)]),
  ],
  ["a header that is malformed", ErrorCode.ProtocolError, headers(1, encodeHeaders([":status", "200", "A", "b"]))],
  [
    "more body than content-length",
    ErrorCode.ProtocolError,
    Buffer.concat([headers(1, encodeHeaders([":status", "200", "content-length", "1"])), data(1, 2)]),
  ],
  [
    "less body than content-length",
    ErrorCode.ProtocolError,
    Buffer.concat([headers(1, encodeHeaders([":status", "200", "content-length", "2"])), data(1, 1, 1)]),
  ],
  ["WINDOW_UPDATE of 0", ErrorCode.ProtocolError, encodeWindowUpdate(1, 0)],
  ["a window that overflows", ErrorCode.FlowControlError, encodeWindowUpdate(1, 0x7fffffff)],
  ["PRIORITY of the wrong size", ErrorCode.FrameSizeError, encodeFrame(FrameType.Priority, 0, 1, Buffer.alloc(4))],
];

for (const [what, code, bytes] of streamViolations) {
  test(`Http2Connection resets the stream for ${what}`, () => {
    const { connection, sent } = start();
    const { stream, log } = call();
    connection.add(stream);
    connection.receive(settings());
    sent();
    connection.receive(bytes);
    assert.equal(errorOf(sent().at(-1)), code);
    assert.match(log.at(-1) ?? "", /^failed by client/);
    const next = call();
    connection.add(next.stream);
    connection.receive(answer(3));
    assert.equal(next.log.at(-1), "trailers grpc-status=0");
  });
}

test("Http2Connection answers frames on a stream that has ended with STREAM_CLOSED", () => {
  const { connection, sent } = start();
  const { stream } = call();
  stream.send(none, true);
  connection.add(stream);
  connection.receive(Buffer.concat([settings(), answer(1)]));
  sent();
  connection.receive(data(1, 1));
  assert.equal(errorOf(sent().at(-1)), ErrorCode.StreamClosed);
});

test("Http2Connection refuses a header block larger than its limit", () => {
  const { connection, sent } = start({ limits: { ...defaultLimits, maxHeaderBlockBytes: 40_000 } });
  connection.add(call().stream);
  connection.receive(settings());
  const block = encodeHeaders(["a", "x".repeat(100_000)]);
  connection.receive(headers(1, block.subarray(0, 16_384), 0));
  for (let i = 1; i < 4; i++)
    connection.receive(encodeFrame(Continuation, 0, 1, block.subarray(i * 16_384, (i + 1) * 16_384)));
  assert.equal(readUint32(sent().at(-1)?.payload ?? none, 4), ErrorCode.EnhanceYourCalm);
});

test("Http2Connection survives a handler that throws: the connection ends, the process does not", () => {
  const { connection } = start();
  const { stream, log } = call();
  stream.events.headers = () => {
    throw new Error("no");
  };
  connection.add(stream);
  connection.receive(Buffer.concat([settings(), headers(1, ok)]));
  assert.deepEqual(log, ["failed by client 2"]);
});

test("Http2Connection bears any bytes at all", () => {
  let seed = 42;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  const good = Buffer.concat([
    settings([3, 9], [4, 1000]),
    answer(1),
    encodeWindowUpdate(0, 5),
    answer(3),
    encodeGoaway(3, 0),
  ]);
  for (let round = 0; round < 3000; round++) {
    const { connection } = start();
    const calls = [call(), call()];
    for (const { stream } of calls) connection.add(stream);
    const bytes = Buffer.from(good);
    for (let i = random(8); i >= 0; i--) bytes[random(bytes.length)] = random(256);
    const at = random(bytes.length);
    connection.receive(bytes.subarray(0, at));
    connection.receive(bytes.subarray(at));
    connection.end("over");
    for (const { log } of calls) assert.equal(log.filter((line) => /^failed|last$|^trailers/.test(line)).length, 1);
    assert.equal(connection.streamCount, 0);
  }
});

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

function start(options: ConnectionOptions = {}) {
  const events: string[] = [];
  const connection = new Http2Connection(
    { now: () => 0, ...options },
    {
      output: () => undefined,
      draining: () => events.push("draining"),
      idle: () => events.push("idle"),
      broken: () => events.push("broken"),
    },
  );
  const preface = Buffer.concat(connection.takeOutput());
  /** The frames since the last time. */
  const sent = (): Frame[] => frames(Buffer.concat(connection.takeOutput()));
  return { connection, preface, sent, events };
}

function call() {
  const log: string[] = [];
  const text = (fields: readonly string[]) =>
    fields
      .map((each, i) => (i % 2 ? `=${each.slice(0, 50)} ` : each))
      .join("")
      .trim();
  const stream = new Http2Stream({
    requestHeaders: () => encodeHeaders([":method", "POST"]),
    headers: ({ status }, last) => log.push(`headers ${status}${last ? " last" : ""}`),
    data: (bytes, last) => log.push(`data ${bytes.length}${last ? " last" : ""}`),
    trailers: ({ fields }) => log.push(`trailers ${text(fields)}`),
    failed: ({ by, errorCode, neverSent }) => log.push(`failed by ${by} ${errorCode}${neverSent ? " never sent" : ""}`),
    drained: () => log.push("drained"),
  });
  return { stream, log };
}

function frames(bytes: Uint8Array): Frame[] {
  const found: Frame[] = [];
  const reader = new FrameReader((type, flags, streamId, payload) =>
    found.push({ type, flags, streamId, payload: Buffer.from(payload) }),
  );
  // The reader wants SETTINGS first, as from a server.
  reader.push(Buffer.concat([encodeSettings([]), bytes]));
  return found.slice(1);
}

function count(found: readonly Frame[], type: number): number {
  return found.filter((frame) => frame.type === type).length;
}

function bytesOf(found: readonly Frame[]): number {
  return found.filter(({ type }) => type === Data).reduce((sum, { payload }) => sum + payload.length, 0);
}

function errorOf(frame: Frame | undefined): number | undefined {
  return frame?.type === RstStream ? readUint32(frame.payload, 0) : undefined;
}

function repeated(frame: Uint8Array): Buffer {
  return Buffer.concat(Array.from({ length: defaultLimits.idleFrameBurst + 1 }, () => frame));
}
