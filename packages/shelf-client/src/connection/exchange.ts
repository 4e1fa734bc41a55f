import type { ShelfAddress } from "../shelf-address.js";
import { TooLargeError } from "../wire/frames.js";
import { ConnectionFailure } from "./connection-failure.js";
import { type ConnectionLimits, openSocket } from "./open-socket.js";

/**
 * One request and its answer over a connection of their own, as the second generation wants it: the request ends with
 * the sending side, the answer with the connection.
 *
 * @param onSend - Called before the first byte is sent. From then on the server may carry the request out, whatever
 * happens to the connection.
 * @throws ConnectionFailure, or the signal's reason.
 */
export async function exchange(
  address: ShelfAddress,
  request: Uint8Array,
  options: { readonly limits: ConnectionLimits; readonly signal: AbortSignal; readonly onSend: () => void },
): Promise<Uint8Array> {
  const { limits, signal, onSend } = options;
  const socket = await openSocket(address, limits, signal);
  return await new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
    let length = 0;
    const onAbort = (): void => fail(signal.reason);
    const fail = (reason: unknown): void => {
      reject(reason);
      socket.destroy();
    };
    socket.on("data", (piece) => {
      pieces.push(piece);
      length += piece.length;
      if (length <= limits.maxAnswerBytes) return;
      const { message } = new TooLargeError(length, limits.maxAnswerBytes);
      fail(new ConnectionFailure("too-large", message));
    });
    socket.once("end", () => resolve(Buffer.concat(pieces)));
    socket.once("close", () => {
      signal.removeEventListener("abort", onAbort);
      reject(new ConnectionFailure("lost", "The connection ended before the answer did"));
    });
    socket.setTimeout(limits.readTimeoutMs, () => fail(silence(limits)));
    if (signal.aborted) return onAbort(); // since the connection was made
    signal.addEventListener("abort", onAbort, { once: true });
    onSend();
    socket.end(request);
  });
}

/** No byte came for as long as a reader waits. */
export function silence({ readTimeoutMs }: ConnectionLimits): ConnectionFailure {
  return new ConnectionFailure("silent", `The server was silent for ${readTimeoutMs} ms`);
}
