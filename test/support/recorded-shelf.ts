import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { isDeepStrictEqual } from "node:util";
import { Float, PickleTuple, readPickle } from "@pumice/shelf-client/wire";

/** What the official 2.0.0 client and server said to each other, once. */
export interface RecordedExchange {
  readonly request: Buffer;
  readonly response: Buffer;
}

/** The exchanges that were recorded with a real ShelfDB 2.0.0, in order, from an empty database. */
export async function recordedExchanges(): Promise<RecordedExchange[]> {
  const text = await readFile(new URL("../fixtures/shelfdb-2.0.0-exchanges.json", import.meta.url), "utf8");
  const { exchanges } = JSON.parse(text) as { exchanges: { request: string; response: string }[] };
  return exchanges.map(({ request, response }) => ({
    request: Buffer.from(request, "base64"),
    response: Buffer.from(response, "base64"),
  }));
}

/** A pickle of plain data as plain data: tuples as arrays, dicts as objects. */
export function plainPickle(bytes: Uint8Array): unknown {
  return toPlain(readPickle(bytes));
}

/**
 * Answers a request that means the same as a recorded one with the recorded answer, each once and in order; any other
 * connection is closed without an answer.
 */
export async function startRecordedShelf(): Promise<AsyncDisposable & { readonly url: string }> {
  const exchanges = (await recordedExchanges()).map(({ request, response }) => ({
    request: plainPickle(request),
    response,
  }));
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const pieces: Buffer[] = [];
    socket.on("data", (piece: Buffer) => pieces.push(piece));
    socket.once("end", () => {
      const asked = plainPickle(Buffer.concat(pieces));
      const found = exchanges.findIndex(({ request }) => isDeepStrictEqual(request, asked));
      const [exchange] = found < 0 ? [] : exchanges.splice(0, found + 1).slice(-1);
      if (exchange) socket.end(exchange.response);
      else socket.destroy();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `tcp://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, "close");
    },
  };
}

function toPlain(value: unknown): unknown {
  if (value instanceof Float) return value.value;
  if (value instanceof PickleTuple) return value.items.map(toPlain);
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, toPlain(item)]));
  return value;
}
