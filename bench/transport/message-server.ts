import * as net from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { ReadResponseSchema } from "@pumice/stubs/umadb";

/*
 * Answers every call with 100,000 messages of one event, out of prepared bytes: a real server needs longer for a message
 * than the clients that are compared. Prints its port. Argument: how many messages go into a DATA frame; servers in Go
 * send one, servers in Rust as many as are there.
 */
const totalMessages = 100_000;
const messagesPerFrame = Number(process.argv[2] ?? 1);
const event = { eventType: "Counted", data: new Uint8Array(20) };
const message = toBinary(ReadResponseSchema, create(ReadResponseSchema, { events: [{ position: 1n, event }] }));
const framed = Buffer.concat([Buffer.of(0, 0, 0, 0, message.length), message]);
const payload = Buffer.concat(Array.from({ length: messagesPerFrame }, () => framed));

const [data, headers, settings, windowUpdate] = [0, 1, 4, 8];
const preface = 24;

const server = net.createServer((socket) => {
  let received = Buffer.alloc(0);
  let skipped = 0;
  let window = 65_535;
  let initialWindow = 65_535;
  /** The windows of open streams, and the messages they still want. */
  const streams = new Map<number, { window: number; left: number }>();
  socket.on("error", () => undefined); // a client that goes away is no failure here
  socket.setNoDelay(true).write(frame(settings, 0, 0, Buffer.alloc(0)));
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

  function onFrame(type: number, flags: number, streamId: number, bytes: Buffer): void {
    if (type === settings && (flags & 1) === 0) {
      for (let i = 0; i + 6 <= bytes.length; i += 6) {
        if (bytes.readUInt16BE(i) === 4) initialWindow = bytes.readUInt32BE(i + 2);
      }
      socket.write(frame(settings, 1, 0, Buffer.alloc(0)));
    }
    if (type === headers) {
      streams.set(streamId, { window: initialWindow, left: totalMessages / messagesPerFrame });
      socket.write(frame(headers, 4, streamId, fields({ ":status": "200", "content-type": "application/grpc" })));
    }
    const stream = streams.get(streamId);
    if (type === windowUpdate && streamId === 0) window += bytes.readUInt32BE(0);
    else if (type === windowUpdate && stream) stream.window += bytes.readUInt32BE(0);
  }

  function send(): void {
    for (const [streamId, stream] of streams) {
      const frameBytes = frame(data, 0, streamId, payload);
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
      socket.write(frame(headers, 5, streamId, fields({ "grpc-status": "0" })));
    }
  }
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as net.AddressInfo).port));

function frame(type: number, flags: number, streamId: number, bytes: Uint8Array): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(bytes.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, bytes]);
}

/** Literal fields without indexing (RFC 7541, 6.2.2), all of them short. */
function fields(list: Readonly<Record<string, string>>): Buffer {
  const coded = Object.entries(list).flatMap(([name, value]) => [
    Buffer.of(0, name.length),
    Buffer.from(name),
    Buffer.of(value.length),
    Buffer.from(value),
  ]);
  return Buffer.concat(coded);
}
