import { connect } from "node:net";
import { buffer } from "node:stream/consumers";

/** Sends bytes to a server of the second generation, ends the sending side, and returns all that comes back. */
export async function rawShelfRequest(url: string, bytes: Uint8Array): Promise<Buffer> {
  const { protocol, hostname, port, pathname } = new URL(url);
  const socket = protocol === "unix:" ? connect(pathname) : connect(Number(port), hostname);
  socket.end(bytes);
  return await buffer(socket);
}
