import { once } from "node:events";
import * as http2 from "node:http2";
import type { AddressInfo, Socket } from "node:net";
import { type Code, ConnectError, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Echo } from "../transport/echo-service.js";

/**
 * The echo service on Node's own HTTP/2 server, and a view of its connections. What a server of this service does
 * beyond sending back what it gets, request headers tell it:
 *
 * | header | meaning |
 * |---|---|
 * | `x-count` | how many messages ServerStream answers; 1 if absent |
 * | `x-fail` | the status to end with, as a number, after the messages; the text is `asked to fail: ü` |
 * | `x-hang` | never end |
 * | `x-echo`, `x-echo-bin` | come back in the response headers and in the trailers |
 *
 * ClientStream answers the number of bytes it got, as decimal text.
 */
export interface NodeEcho extends AsyncDisposable {
  readonly url: string;
  /** Every session since the start, closed ones included. */
  readonly sessions: readonly http2.ServerHttp2Session[];
  /** RST_STREAM codes of streams that are over; 0 for those that ended well. */
  readonly resetCodes: readonly number[];
  /** The most streams that were open at a time. */
  readonly mostStreams: () => number;
}

/**
 * @param settings - What the server announces, for instance a small `initialWindowSize`.
 * @throws The listener's error.
 */
export async function startNodeEcho(settings: http2.Settings = {}): Promise<NodeEcho> {
  const handler = connectNodeAdapter({ routes });
  const server = http2.createServer({ settings }, handler);
  const sessions: http2.ServerHttp2Session[] = [];
  const sockets = new Set<Socket>();
  const resetCodes: number[] = [];
  let streams = 0;
  let most = 0;
  server.on("connection", (socket: Socket) => sockets.add(socket));
  server.on("session", (session) => sessions.push(session));
  server.on("stream", (stream) => {
    most = Math.max(most, ++streams);
    stream.on("close", () => {
      streams--;
      resetCodes.push(stream.rstCode);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    sessions,
    resetCodes,
    mostStreams: () => most,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function routes({ service }: ConnectRouter): void {
  service(Echo, {
    async unary(request, context) {
      echoMetadata(context);
      await finish(context);
      return request;
    },
    async *serverStream(request, context) {
      echoMetadata(context);
      const count = Number(context.requestHeader.get("x-count") ?? "1");
      for (let sent = 0; sent < count; sent++) yield request;
      await finish(context);
    },
    async clientStream(requests, context) {
      echoMetadata(context);
      let bytes = 0;
      for await (const { value } of requests) bytes += value.length;
      await finish(context);
      return { value: Buffer.from(String(bytes)) };
    },
    async *bidi(requests, context) {
      echoMetadata(context);
      yield* requests;
      await finish(context);
    },
  });
}

function echoMetadata({ requestHeader, responseHeader, responseTrailer }: HandlerContext): void {
  for (const name of ["x-echo", "x-echo-bin"]) {
    const value = requestHeader.get(name);
    if (value === null) continue;
    responseHeader.set(name, value);
    responseTrailer.set(name, value);
  }
}

async function finish({ requestHeader, signal }: HandlerContext): Promise<void> {
  if (requestHeader.has("x-hang")) await once(signal, "abort");
  const code = requestHeader.get("x-fail");
  if (code !== null) throw new ConnectError("asked to fail: ü", Number(code) as Code);
}
