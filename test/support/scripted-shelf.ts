import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { encode } from "@msgpack/msgpack";
import { FrameReader, frame } from "@pumice/shelf-client/wire";

/** A server that does what a test says, and nothing that a ShelfDB would. */
export interface ScriptedShelf extends AsyncDisposable {
  readonly url: string;
  /** Connections that were made since the start. */
  readonly connections: () => number;
  /** The most connections that were open at a time. */
  readonly mostOpen: () => number;
  /** How often a client has closed a connection that was open. */
  readonly closed: () => number;
}

/** @param serve - Gets each connection, of which the sending side stays open when the client ends its own. */
export async function startScriptedShelf(serve: (socket: Socket) => void): Promise<ScriptedShelf> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let mostOpen = 0;
  let closed = 0;
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    connections++;
    mostOpen = Math.max(mostOpen, sockets.size);
    socket.on("error", () => undefined); // its close follows
    socket.once("close", () => {
      closed++;
      sockets.delete(socket);
    });
    serve(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `tcp://127.0.0.1:${port}`,
    connections: () => connections,
    mostOpen: () => mostOpen,
    closed: () => closed,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** For the second generation: answers each request, once it is whole, with bytes. */
export function answering(answer: (request: Buffer, socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    const pieces: Buffer[] = [];
    socket.on("data", (piece: Buffer) => pieces.push(piece));
    socket.once("end", () => answer(Buffer.concat(pieces), socket));
  };
}

/** For the third generation: answers the n-th command of a connection, the first is 0. */
export function replying(reply: (n: number, socket: Socket) => void): (socket: Socket) => void {
  return (socket) => {
    const frames = new FrameReader(1 << 20);
    let count = 0;
    socket.on("data", (bytes: Buffer) => {
      for (const _ of frames.push(bytes)) reply(count++, socket);
    });
    socket.once("end", () => socket.end());
  };
}

/** A reply of the third generation. */
export function reply(result: unknown): Uint8Array {
  return frame(encode({ ok: true, result }));
}
