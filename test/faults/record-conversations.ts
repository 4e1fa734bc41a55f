// Run by hand: writes test/fixtures/http2-server-conversations.json, what Node's own HTTP/2 server answers to a few calls.
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import * as http2 from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { join } from "node:path";
import { Http2Connection } from "../../packages/grpc-transport/src/http2/connection.ts";
import { encodeHeaders } from "../../packages/grpc-transport/src/http2/hpack-encoder.ts";
import { Http2Stream } from "../../packages/grpc-transport/src/http2/stream.ts";
import { grpcMessage } from "../support/http2-frames.ts";

/** What a server said on one connection, in a row. */
export interface Conversation {
  readonly name: string;
  /** How many calls it answers. */
  readonly streams: number;
  readonly base64: string;
}

type Answer = (stream: http2.ServerHttp2Stream, number: number) => void;

const answer: Answer = (stream, number) => {
  stream.respond(
    { ":status": 200, "content-type": "application/grpc", "x-number": String(number), "x-same": "the same each time" },
    { waitForTrailers: true },
  );
  stream.on("wantTrailers", () =>
    stream.sendTrailers({ "grpc-status": number % 3 === 0 ? "0" : "5", "grpc-message": `number ${number}` }),
  );
  for (let i = 0; i < number; i++) stream.write(grpcMessage(Buffer.alloc(i * 10, number)));
  stream.end();
};

const answers: Readonly<Record<string, { settings?: http2.Settings; padded?: boolean; answer: Answer }>> = {
  "plain calls": { answer },
  "padding, few streams": {
    settings: { maxConcurrentStreams: 2, initialWindowSize: 100 },
    padded: true,
    answer: (stream, number) => {
      if (number === 2) stream.additionalHeaders({ ":status": 103, link: "</early>" });
      if (number === 3) stream.session?.ping(Buffer.alloc(8, 7), () => undefined);
      answer(stream, number);
    },
  },
  "resets, settings and GOAWAY": {
    answer: (stream, number) => {
      if (number === 2) stream.close(http2.constants.NGHTTP2_REFUSED_STREAM);
      else if (number === 4) stream.respond({ ":status": 200, "grpc-status": "9" }, { endStream: true });
      else answer(stream, number);
      if (number === 3) stream.session?.settings({ initialWindowSize: 1000, headerTableSize: 0 });
      if (number === 5) stream.session?.goaway(0, stream.id, Buffer.from("enough"));
    },
  },
  "long headers": {
    answer: (stream, number) => {
      stream.respond(
        { ":status": 200, "x-long": "wide".repeat(number === 3 ? 6000 : 10), "grpc-status": "9" },
        { endStream: true },
      );
    },
  },
};

async function record(name: string): Promise<Conversation> {
  const manners = answers[name];
  if (!manners) throw new Error(`Cannot record: no conversation is called ${name}`);
  const strategy = manners.padded ? http2.constants.PADDING_STRATEGY_MAX : http2.constants.PADDING_STRATEGY_NONE;
  const server = http2.createServer({ settings: manners.settings ?? {}, paddingStrategy: strategy });
  let calls = 0;
  server.on("stream", (stream) => {
    stream.on("error", () => undefined); // a stream that was reset reports it
    manners.answer(stream, ++calls);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");

  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const received: Buffer[] = [];
  const streams = 6;
  const flush = () => {
    for (const part of connection.takeOutput()) socket.write(part);
  };
  const connection = new Http2Connection(
    {},
    {
      output: () => queueMicrotask(flush),
      draining: () => undefined,
      idle: () => socket.end(),
      broken: (error) => {
        throw error;
      },
    },
  );
  socket.on("data", (chunk) => {
    received.push(chunk);
    connection.receive(chunk);
  });
  for (let i = 0; i < streams; i++) connection.add(silentStream());
  const timer = setTimeout(() => socket.destroy(), 1000); // a conversation may leave calls open
  await once(socket, "close");
  clearTimeout(timer);
  server.close();
  return { name, streams, base64: Buffer.concat(received).toString("base64") };
}

function silentStream(): Http2Stream {
  const ignore = () => undefined;
  const stream: Http2Stream = new Http2Stream({
    requestHeaders: () =>
      encodeHeaders([":method", "POST", ":scheme", "http", ":path", "/a.B/C", ":authority", "localhost"]),
    headers: ignore,
    data: (bytes) => stream.release(bytes.length),
    trailers: ignore,
    failed: ignore,
    drained: ignore,
  });
  stream.send(grpcMessage(Buffer.alloc(20)), true);
  return stream;
}

const conversations: Conversation[] = [];
for (const name of Object.keys(answers)) conversations.push(await record(name));
writeFileSync(
  join(import.meta.dirname, "../fixtures/http2-server-conversations.json"),
  `${JSON.stringify(conversations, undefined, 2)}\n`,
);
