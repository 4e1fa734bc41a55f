import * as http from "node:http";
import * as http2 from "node:http2";
import * as net from "node:net";
import { OpenConnections } from "./open-connections.js";

export interface SharedPortOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** A client that does not begin to speak within this time is dropped; milliseconds. */
  readonly helloTimeoutMs: number;
}

/** A listening port. */
export interface SharedPort {
  readonly host: string;
  readonly port: number;
  /** Takes no new connections, lets requests in flight finish for `drainMs` milliseconds, then cuts them off. */
  close(drainMs: number): Promise<void>;
}

/** Answers a request, whichever kind of HTTP it came over. */
export type RequestHandler = (
  request: http.IncomingMessage | http2.Http2ServerRequest,
  response: http.ServerResponse | http2.Http2ServerResponse,
  /** The connection itself: an HTTP/2 session shows only a stand-in. */
  socket: net.Socket,
) => void;

/**
 * Serves HTTP/1.1 and HTTP/2 with prior knowledge on one plaintext port.
 *
 * @throws The listener's error, for instance EADDRINUSE.
 */
export async function listenOnSharedPort(handler: RequestHandler, options: SharedPortOptions): Promise<SharedPort> {
  const { host, port, helloTimeoutMs } = options;
  const connections = new OpenConnections(helloTimeoutMs);
  const http1 = http
    .createServer((request, response) => handler(request, response, request.socket))
    .on("request", (_, response) => connections.trackRequest(response));
  const sockets = new WeakMap<http2.Http2Session, net.Socket>();
  const h2 = http2.createServer((request, response) => {
    const socket = request.stream.session && sockets.get(request.stream.session);
    if (socket) handler(request, response, socket); // else the connection has gone already
  });
  const listener = net.createServer((socket) => {
    connections.add(socket);
    onFirstBytes(socket, (bytes) => {
      if (bytes !== http2Start) return http1.emit("connection", socket);
      h2.once("session", (session) => {
        sockets.set(session, socket);
        connections.trackSession(session, socket);
      }); // emitted by the next line
      return h2.emit("connection", socket);
    });
  });
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(port, host, resolve);
  });
  const address = listener.address() as net.AddressInfo;

  return {
    host: address.address,
    port: address.port,
    async close(drainMs) {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      connections.drain(drainMs);
      await closed;
    },
  };
}

/** Only the HTTP/2 preface (RFC 9113, 3.4) begins like this: HTTP/1.1 has no such method. */
const http2Start = "PRI";

/**
 * Reads as many bytes as tell the two apart, and puts them back.
 *
 * Reading by `readable`, not by `data`: on Node 20 an HTTP/2 session dies on a socket that was in flowing mode before.
 */
function onFirstBytes(socket: net.Socket, decide: (bytes: string) => void): void {
  const onReadable = () => {
    const bytes: Buffer | null = socket.read(http2Start.length);
    if (bytes === null) return; // fewer have arrived, or the client has gone
    socket.off("readable", onReadable);
    socket.unshift(bytes);
    decide(bytes.toString("latin1"));
  };
  socket.on("readable", onReadable);
}
