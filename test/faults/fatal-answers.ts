import { flag, frame, headerBlock, responseHeaders, type, uint32 } from "../support/http2-frames.ts";
import type { HostileStream } from "./hostile-stream.ts";
import type { Answer } from "./stream-faults.ts";

const FLOOD = 5000;

/** Answers after which the client has to give up the connection, or can. */
export const fatalAnswers: Readonly<Record<string, Answer>> = {
  "frame cut off": (s) => {
    s.headers();
    s.connection.write(frame(type.data, 0, s.id, s.random.bytes(50), 5000));
    s.connection.end();
  },
  "connection reset": async (s) => {
    if (s.random.chance(0.5)) s.headers();
    if (s.random.chance(0.5)) s.message();
    await s.pause(s.random.integer(0, 10));
    s.connection.reset();
  },
  "HPACK index out of range": (s) => s.send(type.headers, flag.endHeaders, Buffer.of(0xff, 0x80, 0x80, 0x01)),
  "random header block": (s) => s.send(type.headers, flag.endHeaders, s.random.bytes(s.random.integer(1, 200))),
  "padding longer than the frame": (s) => s.send(s.random.integer(0, 1), flag.padded, Buffer.of(255, 1, 2)),
  "header block interrupted": (s) => {
    s.send(type.headers, 0, responseHeaders.subarray(0, 10));
    s.connection.write(frame(type.ping, 0, 0, Buffer.alloc(8)));
  },
  "header block that never ends": async (s) => {
    s.send(type.headers, 0, responseHeaders);
    const fragment = s.random.chance(0.5) ? Buffer.alloc(0) : headerBlock({ x: "a".repeat(10_000) });
    await flood(s, () => s.send(type.continuation, 0, fragment));
  },
  "push promise": (s) => s.send(type.pushPromise, flag.endHeaders, Buffer.concat([uint32(2), responseHeaders])),
  "empty DATA flood": async (s) => {
    s.headers();
    await flood(s, () => s.data(Buffer.alloc(0)));
  },
  "interim response flood": (s) => flood(s, () => s.headers({ ":status": "100" })),
  "PING flood in the middle": async (s) => {
    s.headers();
    s.connection.write(Buffer.concat(Array.from({ length: FLOOD / 2 }, () => frame(type.ping, 0, 0, Buffer.alloc(8)))));
    s.message();
    s.trailers();
  },
  "nothing is heard any more": (s) => s.connection.fallSilent(),
  "GOAWAY in the middle": async (s) => {
    s.headers();
    const lastId = s.random.pick([0, s.id - 2, s.id, 0x7fffffff]);
    s.connection.write(frame(type.goaway, 0, 0, Buffer.concat([uint32(lastId), uint32(s.random.integer(0, 13))])));
    if (s.random.chance(0.5)) await s.pause(s.random.integer(1, 30));
    s.message();
    s.trailers();
  },
};

/** Sends so many frames, unless the client resets the stream before. */
async function flood(stream: HostileStream, send: () => void): Promise<void> {
  for (let i = 0; i < FLOOD && !stream.closed; i++) {
    send();
    if (i % 500 === 0) await stream.pause(1);
  }
}
