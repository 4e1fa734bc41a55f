import { once } from "node:events";
import { createConnection } from "node:net";
import { pythonWith } from "./python.js";
import { startProcess } from "./start-process.js";

/** A real ShelfDB of the third generation. */
export interface RunningShelf extends AsyncDisposable {
  readonly url: string;
}

/** Starts ShelfDB 3.1.0 with an empty database, on TCP or on a unix socket. The first run installs it. */
export async function startShelfdb(listen: "tcp" | "unix" = "tcp"): Promise<RunningShelf> {
  const python = await shelfdbPython();
  const urlAt = ({ port, folder }: { port: number; folder: string }): string =>
    listen === "unix" ? `unix://${folder}/shelf.sock` : `tcp://127.0.0.1:${port}`;
  let url = "";
  const server = await startProcess({
    name: "shelfdb",
    command: (place) => {
      url = urlAt(place);
      return [python.replace(/python$/, "shelfdb"), "server", "--url", url, "--db-path", `${place.folder}/db`];
    },
    ready: async () => {
      const { protocol, port, hostname, pathname } = new URL(url);
      const socket = protocol === "unix:" ? createConnection(pathname) : createConnection(Number(port), hostname);
      await once(socket, "connect");
      socket.destroy();
    },
  });
  return { url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** A Python with the official server and client. */
export function shelfdbPython(): Promise<string> {
  return pythonWith("shelfdb", ["shelfdb==3.1.0"], [3, 12]);
}
