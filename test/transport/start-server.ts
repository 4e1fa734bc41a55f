import { once } from "node:events";
import http2 from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { create, toBinary } from "@bufbuild/protobuf";
import { BytesValueSchema } from "@bufbuild/protobuf/wkt";
import { type Client, createClient } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { createFastGrpcTransport, type FastGrpcTransport, type FastGrpcTransportOptions } from "@pumice/grpc-transport";
import { Echo } from "./echo-service.js";

export interface TestServer {
  readonly url: string;
  readonly sessions: Set<http2.ServerHttp2Session>;
  readonly sockets: Set<Socket>;
  /** A client of this server; its connection ends with the server. */
  client(options?: Partial<FastGrpcTransportOptions>): Client<typeof Echo>;
  transport(options?: Partial<FastGrpcTransportOptions>): FastGrpcTransport;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A server whose streams a test answers by hand. */
export function startRawServer(
  onStream: (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void,
  options: http2.ServerOptions = {},
): Promise<TestServer> {
  const server = http2.createServer(options);
  server.on("stream", (stream, headers) => {
    stream.on("error", () => undefined); // resets are part of the tests
    onStream(stream, headers);
  });
  return listening(server);
}

/** A server that echoes; see the methods. */
export function startEchoServer(options: http2.ServerOptions = {}): Promise<TestServer> {
  const handler = connectNodeAdapter({
    grpc: true,
    connect: false,
    grpcWeb: false,
    routes: (router) =>
      router.service(Echo, {
        unary(request, context) {
          context.responseHeader.set("x-seen", context.requestHeader.get("x-sent") ?? "");
          context.responseTrailer.set("x-timeout", context.requestHeader.get("grpc-timeout") ?? "");
          return request;
        },
        /** As many copies as the first byte says. */
        async *serverStream(request) {
          for (let i = 0; i < (request.value[0] ?? 0); i++) yield request;
        },
        async clientStream(requests) {
          let size = 0;
          for await (const { value } of requests) size += value.length;
          return { value: Buffer.from(String(size)) };
        },
        async *bidi(requests) {
          yield* requests;
        },
      }),
  });
  return listening(http2.createServer(options, handler));
}

/** A message as it goes over the wire. */
export function framed(value: Uint8Array): Buffer {
  const message = toBinary(BytesValueSchema, create(BytesValueSchema, { value }));
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

export const grpcHeaders = { ":status": 200, "content-type": "application/grpc" };

/** Answers with one message and these trailers. */
export function answer(
  stream: http2.ServerHttp2Stream,
  trailers: http2.OutgoingHttpHeaders = { "grpc-status": "0" },
  body: Uint8Array = framed(Buffer.from("ok")),
): void {
  if (stream.destroyed) return;
  stream.respond(grpcHeaders, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  stream.end(body);
}

async function listening(server: http2.Http2Server): Promise<TestServer> {
  const sessions = new Set<http2.ServerHttp2Session>();
  const sockets = new Set<Socket>();
  const transports: FastGrpcTransport[] = [];
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("session", (session) => {
    sessions.add(session);
    session.on("error", () => undefined);
    session.on("close", () => sessions.delete(session));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const transport = (options: Partial<FastGrpcTransportOptions> = {}): FastGrpcTransport => {
    const made = createFastGrpcTransport({ baseUrl: url, ...options });
    transports.push(made);
    return made;
  };
  return {
    url,
    sessions,
    sockets,
    transport,
    client: (options) => createClient(Echo, transport(options)),
    async [Symbol.asyncDispose]() {
      for (const each of transports) each.close();
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
