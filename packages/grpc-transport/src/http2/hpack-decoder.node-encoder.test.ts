import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type OutgoingHttpHeaders } from "node:http2";
import { type AddressInfo, connect } from "node:net";
import { test } from "node:test";
import { Http2Connection } from "./connection.js";
import { encodeHeaders } from "./hpack-encoder.js";
import { Http2Stream } from "./stream.js";

test("HpackDecoder understands Node's encoder: random lists over one connection, table and Huffman in use", async () => {
  const random = seeded(7);
  const sent = Array.from({ length: 400 }, () => randomFields(random));
  const server = createServer();
  server.on("stream", (stream, headers) => {
    const fields = sent[Number(headers["x-number"])] ?? [];
    const response: OutgoingHttpHeaders = { ":status": 200 };
    for (let i = 0; i < fields.length; i += 2) response[fields[i] ?? ""] = fields[i + 1] ?? "";
    stream.respond(response, { endStream: true });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;

  const received = await roundTrips(port, sent.length);
  server.close();
  for (const [i, fields] of received.entries()) assert.deepEqual(pairs(fields), pairs(sent[i] ?? []));
  assert.equal(received.length, sent.length);
});

/** Makes the requests one after another and collects the fields of their responses. */
async function roundTrips(port: number, count: number): Promise<(readonly string[])[]> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const ignore = () => undefined;
  const flush = () => {
    for (const part of connection.takeOutput()) socket.write(part);
  };
  const events = { output: () => queueMicrotask(flush), draining: ignore, idle: ignore, broken: ignore };
  const connection = new Http2Connection({}, events);
  flush();
  socket.on("data", (chunk) => connection.receive(chunk));
  const received: (readonly string[])[] = [];
  for (let i = 0; i < count; i++) {
    received.push(
      await new Promise((resolve, reject) => {
        const stream = new Http2Stream({
          requestHeaders: () =>
            encodeHeaders([
              ":method",
              "GET",
              ":scheme",
              "http",
              ":path",
              "/",
              ":authority",
              "x",
              "x-number",
              String(i),
            ]),
          headers: ({ fields }) => resolve(fields),
          data: ignore,
          trailers: ignore,
          failed: ({ message }) => reject(new Error(message)),
          drained: ignore,
        });
        stream.send(new Uint8Array(0), true);
        connection.add(stream);
      }),
    );
  }
  socket.destroy();
  return received;
}

/** Few names and values that recur, many that do not, some of them long. */
function randomFields(random: (below: number) => number): string[] {
  const fields = new Map<string, string>();
  for (let i = random(12); i >= 0; i--) {
    const name = random(3) === 0 ? `x-${random(1e9).toString(36)}` : `x-common-${random(20)}`;
    const length = random(10) === 0 ? random(3000) : random(40);
    const value = random(2) === 0 ? `value-${random(5)}` : printable(random, length);
    fields.set(name, value.trim());
  }
  return [...fields].flat();
}

function printable(random: (below: number) => number, length: number): string {
  return Array.from({ length }, () => String.fromCharCode(33 + random(94))).join("");
}

/** Names are unique; the date is the server's own. */
function pairs(fields: readonly string[]): string[] {
  return fields
    .flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${fields[i + 1]}`] : []))
    .filter((pair) => !pair.startsWith("date: "))
    .sort();
}

function seeded(start: number): (below: number) => number {
  let seed = start;
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}
