import { once } from "node:events";
import { unlink } from "node:fs/promises";
import * as net from "node:net";
import { urlHost } from "../url-host.js";

/** What a server does on one connection. */
export interface Connection {
  /** Finishes what has begun, takes nothing new, and ends the socket. */
  drain(): void;
}

export interface ListenOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** A unix socket, instead of host and port. */
  readonly socketPath: string | undefined;
}

/** A listening plain socket. */
export interface Listening {
  readonly url: string;
  /** Takes no new connections, lets requests in flight finish for `drainMs` milliseconds, then cuts them off. */
  close(drainMs: number): Promise<void>;
}

/**
 * Listens on TCP or a unix socket. A client's end of sending is no end of the connection: answers may follow.
 *
 * @throws The listener's error, for instance EADDRINUSE.
 */
export async function listenOnSocket(
  connect: (socket: net.Socket) => Connection,
  { host, port, socketPath }: ListenOptions,
): Promise<Listening> {
  const connections = new Map<net.Socket, Connection>();
  const listener = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    socket.on("error", () => socket.destroy()); // a client that resets is no event of the server's
    socket.once("close", () => connections.delete(socket));
    connections.set(socket, connect(socket));
  });
  if (socketPath === undefined) await listen(listener, { host, port });
  else await listenOnPath(listener, socketPath);
  const address = listener.address();
  const url =
    typeof address === "object" && address !== null
      ? `tcp://${urlHost(address.address)}:${address.port}`
      : `unix://${socketPath}`;

  return {
    url,
    async close(drainMs) {
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const connection of connections.values()) connection.drain();
      const cutOff = setTimeout(() => {
        for (const socket of connections.keys()) socket.destroy();
      }, drainMs);
      await closed;
      clearTimeout(cutOff);
    },
  };
}

async function listen(listener: net.Server, options: net.ListenOptions): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen(options, () => {
      listener.off("error", reject);
      resolve();
    });
  });
}

/** As the real servers: the file that a server left behind which did not close is in nobody's way. */
async function listenOnPath(listener: net.Server, path: string): Promise<void> {
  try {
    await listen(listener, { path });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || !(await isAbandoned(path))) throw error;
    await unlink(path);
    await listen(listener, { path });
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const socket = net.connect(path);
  try {
    await once(socket, "connect");
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ECONNREFUSED";
  } finally {
    socket.destroy();
  }
}
