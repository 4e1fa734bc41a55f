import { flag, grpcMessage, headerBlock, type, uint32 } from "../support/http2-frames.ts";
import type { HostileStream } from "./hostile-stream.ts";

export type Answer = (stream: HostileStream) => Promise<void> | void;

const PROTO = { ":status": "200", "content-type": "application/grpc" };
/** Longer than any window of the load. */
const MANY_MESSAGES = 400;

/** Waits for the request, then answers it as it wants to be answered. */
export const goodAnswer: Answer = async (stream) => {
  const { random } = stream;
  if (random.chance(0.8)) await stream.requestEnded;
  stream.headers();
  const messages = stream.wantsOneMessage ? 1 : random.integer(0, 8);
  for (let i = 0; i < messages && !stream.closed; i++) {
    if (random.chance(0.2)) await stream.pause(random.integer(1, 10));
    await stream.patientMessage(random.chance(0.05) ? 100_000 : random.integer(0, 300));
  }
  stream.trailers();
};

/** Ways to answer a call that do no harm to others on the connection. */
export const streamFaults: Readonly<Record<string, Answer>> = {
  // What a server may do.
  "error status": (s) => {
    s.headers();
    s.trailers({ "grpc-status": String(s.random.integer(1, 16)), "grpc-message": "no%20%C3%A4" });
  },
  "trailers only": (s) => s.trailers({ ...PROTO, "grpc-status": "5", "grpc-message": "gone" }),
  "refused stream": (s) => s.reset(7),
  "answer before the request ends": (s) => {
    s.headers();
    s.message();
    s.trailers();
  },
  "answer with NO_ERROR after it": (s) => {
    s.headers();
    s.message();
    s.trailers();
    s.reset(0);
  },
  "padding everywhere": (s) => {
    s.headers();
    const message = grpcMessage(Buffer.alloc(0));
    s.send(type.data, flag.padded, Buffer.concat([Buffer.of(200), message, Buffer.alloc(200)]));
    s.trailers();
  },
  "message in one-byte frames": (s) => {
    s.headers();
    for (const byte of grpcMessage(Buffer.alloc(0))) s.data(Buffer.of(byte));
    s.trailers();
  },
  "interim responses": (s) => {
    for (let i = s.random.integer(1, 5); i > 0; i--) s.headers({ ":status": "103" });
    return goodAnswer(s);
  },
  "long header value": (s) => {
    const block = headerBlock({
      ...PROTO,
      "grpc-status": "9",
      "x-long": "a".repeat(s.random.integer(70_000, 250_000)),
    });
    s.longHeaders(block, flag.endStream, 16_384);
  },

  // Wrong gRPC.
  "no trailers": (s) => {
    s.headers();
    s.data(grpcMessage(Buffer.alloc(0)), flag.endStream);
  },
  "headers and nothing else": (s) => s.headers(undefined, flag.endStream),
  "strange grpc-status": (s) => {
    s.headers();
    s.message();
    s.trailers({ "grpc-status": s.random.pick(["", "abc", "-1", "99", "0x0", "1e1", "9".repeat(400)]) });
  },
  "broken grpc-message": (s) => s.trailers({ ...PROTO, "grpc-status": "3", "grpc-message": "%%%ff%zz%C3" }),
  "broken details": (s) => {
    const details = s.random.pick(["***", "AAAA", "/////w==", "a".repeat(60_000)]);
    s.trailers({ ...PROTO, "grpc-status": "10", "grpc-status-details-bin": details });
  },
  "other content type": (s) => {
    const contentType = s.random.pick(["text/html", "application/json", "application/grpc-web", ""]);
    s.headers({ ":status": "200", "content-type": contentType });
    s.message();
    s.trailers();
  },
  "other HTTP status": (s) => {
    s.headers({ ":status": s.random.pick(["204", "301", "400", "404", "429", "503", "599", "999"]) }, flag.endStream);
  },
  "message cut off": (s) => {
    s.headers();
    s.data(grpcMessage(s.random.bytes(s.random.integer(0, 20)), 1000));
    s.trailers();
  },
  "prefix cut off": (s) => {
    s.headers();
    s.data(Buffer.alloc(s.random.integer(1, 4)));
    s.trailers();
  },
  "message of four gigabytes": async (s) => {
    s.headers();
    s.data(grpcMessage(s.random.bytes(100), 0xffffffff));
    await s.pause(20);
    s.data(s.random.bytes(100));
  },
  "unknown flags": (s) => {
    s.headers();
    s.data(grpcMessage(Buffer.alloc(0), 0, s.random.integer(2, 255)));
    s.trailers();
  },
  "compressed without an encoding": (s) => {
    s.headers();
    s.data(grpcMessage(s.random.bytes(30), 30, 1));
    s.trailers();
  },
  "garbage for gzip": (s) => {
    s.headers({ ...PROTO, "grpc-encoding": "gzip" });
    s.data(grpcMessage(s.random.bytes(30), 30, 1));
    s.trailers();
  },
  "unknown encoding": (s) => {
    s.headers({ ...PROTO, "grpc-encoding": "zip2" });
    s.message();
    s.trailers();
  },
  "message that is none": (s) => {
    s.headers();
    s.data(grpcMessage(s.random.bytes(s.random.integer(1, 200))));
    s.trailers();
  },
  "too many messages": (s) => {
    s.headers();
    for (let i = s.random.integer(2, 20); i > 0; i--) s.message();
    s.trailers();
  },

  // Broken off.
  silence: () => undefined,
  "silence after the headers": (s) => s.headers(),
  "silence after a message": (s) => {
    s.headers();
    s.message();
  },
  "reset at once": (s) => s.reset(s.random.integer(0, 15)),
  "reset after a message": async (s) => {
    s.headers();
    s.message();
    if (s.random.chance(0.5)) await s.pause(s.random.integer(0, 20));
    s.reset(s.random.pick([0, 2, 5, 7, 8, 11, 0xffffffff]));
  },

  // Wrong HTTP/2 on this stream.
  "DATA before HEADERS": (s) => s.message(),
  "HEADERS without :status": (s) => s.headers({ "content-type": "application/grpc" }),
  "trailers with :status": (s) => {
    s.headers();
    s.trailers({ ...PROTO, "grpc-status": "0" });
  },
  "trailers that do not end it": (s) => {
    s.headers();
    s.headers({ "grpc-status": "0" });
  },
  "forbidden header": (s) => {
    const fields = s.random.pick([{ Upper: "a" }, { connection: "close" }, { "a b": "c" }, { "": "x" }, { x: "a\nb" }]);
    s.headers({ ...PROTO, ...fields });
  },
  "frames after the end": (s) => {
    s.headers();
    s.message();
    s.trailers();
    s.message();
    s.headers();
    s.data(s.random.bytes(10), flag.endStream);
    s.reset(2);
  },
  "wrong content-length": (s) => {
    s.headers({ ...PROTO, "content-length": s.random.pick(["3", "4000", "x", "-1"]) });
    s.message(100);
    s.trailers();
  },
  "window of nothing more": (s) => s.send(type.windowUpdate, 0, uint32(0)),
  "window overflow": (s) => {
    s.send(type.windowUpdate, 0, uint32(0x7fffffff));
    s.send(type.windowUpdate, 0, uint32(0x7fffffff));
  },
  "more than the window": async (s) => {
    s.headers();
    for (let i = 0; i < MANY_MESSAGES && !s.closed; i++) {
      s.message(16_000);
      if (i % 50 === 0) await s.pause(1);
    }
    s.trailers();
  },
};
