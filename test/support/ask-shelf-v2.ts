import { createConnection } from "node:net";
import { buffer } from "node:stream/consumers";
import { decodeAnswer, encodeRequest, type Request } from "@pumice/shelf-client/wire";

/** Sends one request of the second generation, made by hand, and gives the answer, errors included. */
export async function askV2(url: string, request: Request): Promise<unknown> {
  const { protocol, hostname, port, pathname } = new URL(url);
  const socket = protocol === "unix:" ? createConnection(pathname) : createConnection(Number(port), hostname);
  socket.end(encodeRequest(request));
  return decodeAnswer(await buffer(socket));
}
