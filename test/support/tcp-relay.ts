import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Socket } from "node:net";
import { resetSocket } from "./reset-socket.js";

/** Passes bytes on to a server and counts what it has seen. */
export interface TcpRelay extends AsyncDisposable {
  readonly url: string;
  /** Connections that were made since the start. */
  readonly connections: () => number;
  /** Connections that the relay has cut. */
  readonly cuts: () => number;
}

/** Where and how a connection ends: after so many bytes in one direction, in the middle of whatever they are. */
export interface Cut {
  /** `up` is towards the server. */
  readonly direction: "up" | "down";
  readonly afterBytes: number;
  /** `end` closes it (FIN), `reset` breaks it (RST), `stall` keeps it open and swallows what comes, either way. */
  readonly manner: "end" | "reset" | "stall";
}

/**
 * Stands before a server to tell whether calls shared a connection, or to cut connections.
 *
 * @param cutOf - The cut of a connection, counted from 0; undefined lets it live.
 */
export async function startTcpRelay(
  target: string,
  cutOf: (connection: number) => Cut | undefined = () => undefined,
): Promise<TcpRelay> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let connections = 0;
  let cuts = 0;
  const server = createServer((near) => {
    const cut = cutOf(connections++);
    const far = createConnection(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => undefined); // its close ends the other side too
      socket.on("close", () => sockets.delete(socket));
    }
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
    const onCut = ({ manner }: Cut) => {
      cuts++;
      for (const socket of [near, far]) {
        if (manner === "stall") socket.unpipe().resume();
        else if (manner === "reset") resetSocket(socket);
        else socket.destroySoon();
      }
    };
    pass(near, far, cut?.direction === "up" ? cut : undefined, onCut);
    pass(far, near, cut?.direction === "down" ? cut : undefined, onCut);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: ownPort } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${ownPort}`,
    connections: () => connections,
    cuts: () => cuts,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      const closed = once(server, "close");
      server.close();
      await closed;
    },
  };
}

/** Passes bytes on, and of those at the cut only the ones before it. */
function pass(from: Socket, to: Socket, cut: Cut | undefined, onCut: (cut: Cut) => void): void {
  let left = cut?.afterBytes ?? Number.POSITIVE_INFINITY;
  if (!cut) {
    from.pipe(to);
    return;
  }
  from.on("data", (chunk: Buffer) => {
    if (left < 0) return;
    const passed = chunk.subarray(0, left);
    if (!to.write(passed)) {
      from.pause();
      to.once("drain", () => from.resume());
    }
    left -= chunk.length;
    if (left > 0) return;
    left = -1;
    onCut(cut);
  });
  from.on("end", () => to.end());
}
