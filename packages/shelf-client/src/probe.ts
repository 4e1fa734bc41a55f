import { ConnectionFailure } from "./connection/connection-failure.js";
import { exchange } from "./connection/exchange.js";
import type { ConnectionLimits } from "./connection/open-socket.js";
import type { ShelfAddress } from "./shelf-address.js";
import { decodeAnswer } from "./wire/decode-answer.js";
import { readError, readReply } from "./wire/server-error.js";
import { encodeCommand } from "./wire/v3-command.js";

/**
 * Finds out which generation a server is of, without a trace: one framed `begin` of a read, and the end of the sending
 * side behind it. The third generation answers it; the second takes frame and all for a pickle, and says that it is none.
 *
 * @throws ConnectionFailure, or the signal's reason.
 */
export async function probe(address: ShelfAddress, limits: ConnectionLimits, signal: AbortSignal): Promise<2 | 3> {
  const request = encodeCommand({ cmd: "begin", mode: "read" });
  const answer = Buffer.from(await exchange(address, request, { limits, signal, onSend: () => undefined }));
  if (answer.length === 0) throw new ConnectionFailure("lost", "The connection ended before the answer did");
  const isFrame = answer.length > 4 && answer.readUInt32BE(0) === answer.length - 4;
  if (isFrame && readReply(tryDecode(answer.subarray(4)))) return 3;
  if (readError(tryDecode(answer))) return 2;
  throw new ConnectionFailure("malformed", `The server at ${address.text} does not speak ShelfDB's protocol`);
}

function tryDecode(bytes: Uint8Array): unknown {
  try {
    return decodeAnswer(bytes);
  } catch {
    return undefined;
  }
}
