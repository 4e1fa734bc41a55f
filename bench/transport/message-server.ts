import * as net from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { ReadResponseSchema } from "@pumice/stubs/umadb";
import {
  flag,
  frame,
  grpcMessage,
  okTrailers,
  responseHeaders,
  setting,
  settingsFrame,
  type,
} from "../../test/support/http2-frames.js";

/*
 * Answers every call with 100,000 messages of one event, out of prepared bytes: a real server needs longer for a message
 * than the clients that are compared. Prints its port. Argument: how many messages go into a DATA frame; servers in Go
 * send one, servers in Rust as many as are there.
 */
const totalMessages = 100_000;
const messagesPerFrame = Number(process.argv[2] ?? 1);
const event = { eventType: "Counted", data: new Uint8Array(20) };
const message = toBinary(ReadResponseSchema, create(ReadResponseSchema, { events: [{ position: 1n, event }] }));
const framed = grpcMessage(message);
const payload = Buffer.concat(Array.from({ length: messagesPerFrame }, () => framed));

const preface = 24;

const server = net.createServer((socket) => {
  let received = Buffer.alloc(0);
  let skipped = 0;
  let window = 65_535;
  let initialWindow = 65_535;
  /** The windows of open streams, and the messages they still want. */
  const streams = new Map<number, { window: number; left: number }>();
  socket.on("error", () => undefined); // a client that goes away is no failure here
  socket.setNoDelay(true).write(settingsFrame([]));
  socket.on("drain", send);
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    if (skipped === 0 && received.length >= preface) {
      received = received.subarray(preface);
      skipped = preface;
    }
    while (skipped > 0 && received.length >= 9 && received.length >= 9 + received.readUIntBE(0, 3)) {
      const end = 9 + received.readUIntBE(0, 3);
      onFrame(received[3] ?? 0, received[4] ?? 0, received.readUInt32BE(5), received.subarray(9, end));
      received = received.subarray(end);
    }
    send();
  });

  function onFrame(frameType: number, flags: number, streamId: number, bytes: Buffer): void {
    if (frameType === type.settings && (flags & flag.ack) === 0) {
      for (let i = 0; i + 6 <= bytes.length; i += 6) {
        if (bytes.readUInt16BE(i) === setting.initialWindow) initialWindow = bytes.readUInt32BE(i + 2);
      }
      socket.write(frame(type.settings, flag.ack, 0));
    }
    if (frameType === type.headers) {
      streams.set(streamId, { window: initialWindow, left: totalMessages / messagesPerFrame });
      socket.write(frame(type.headers, flag.endHeaders, streamId, responseHeaders));
    }
    const stream = streams.get(streamId);
    if (frameType === type.windowUpdate && streamId === 0) window += bytes.readUInt32BE(0);
    else if (frameType === type.windowUpdate && stream) stream.window += bytes.readUInt32BE(0);
  }

  function send(): void {
    for (const [streamId, stream] of streams) {
      const frameBytes = frame(type.data, 0, streamId, payload);
      const room = () => Math.floor(Math.min(window, stream.window) / payload.length);
      while (stream.left > 0 && room() > 0 && !socket.writableNeedDrain) {
        const frames = Math.min(stream.left, room(), Math.ceil(65_536 / frameBytes.length));
        window -= frames * payload.length;
        stream.window -= frames * payload.length;
        stream.left -= frames;
        socket.write(Buffer.concat(Array.from({ length: frames }, () => frameBytes)));
      }
      if (stream.left > 0) continue;
      streams.delete(streamId);
      socket.write(frame(type.headers, flag.endHeaders | flag.endStream, streamId, okTrailers));
    }
  }
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as net.AddressInfo).port));
