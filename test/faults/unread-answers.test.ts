import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { createClient } from "@connectrpc/connect";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { ImmuService } from "@pumice/stubs/immudb";
import { flag, frame, grpcMessage, responseHeaders, settingsFrame, type } from "../support/http2-frames.ts";
import { usedBytes } from "../support/used-bytes.ts";
import { ClientFrames } from "./client-frames.ts";
import { codeOf } from "./set-up.ts";

const FLOOD_BYTES = 80_000_000;
const LOOK_EVERY_BYTES = 5_000_000;
/** What may pile up on our side, twice: as it is counted, and as the socket has it. */
const MAX_HELD_BYTES = 40_000_000;
const FIRST_STREAM = 1;

const ping = frame(type.ping, 0, 0, Buffer.alloc(8));
const settings = settingsFrame([]);
/** A message that never ends pays for an answer with each of its bytes: no limit of useless frames is met. */
const endless = Buffer.concat([
  frame(type.headers, flag.endHeaders, FIRST_STREAM, responseHeaders),
  frame(type.data, 0, FIRST_STREAM, grpcMessage(Buffer.alloc(0), 0xfffffff0)),
]);
const someData = frame(type.data, 0, FIRST_STREAM, Buffer.alloc(1));

const floods: [name: string, begin: Buffer, unit: Buffer, expected: RegExp][] = [
  ["PING", Buffer.alloc(0), ping, /floods the connection/],
  ["SETTINGS", Buffer.alloc(0), settings, /floods the connection/],
  ["PING paid for by DATA", endless, Buffer.concat([someData, ping]), /does not read the answers/],
  ["SETTINGS paid for by DATA", endless, Buffer.concat([someData, settings]), /does not read the answers/],
];

for (const [name, begin, unit, expected] of floods) {
  test(`a server that sends 80 MB of ${name} and reads nothing ends its connection, not our memory`, {
    timeout: 60_000,
  }, async (context) => {
    await using server = await startFlood(Buffer.concat([settings, begin]), unit);
    const transport = createFastGrpcTransport({ baseUrl: server.url });
    const client = createClient(ImmuService, transport);
    const usedAtFirst = usedBytes();
    let mostUsed = 0;
    server.onProgress(() => {
      mostUsed = Math.max(mostUsed, usedBytes() - usedAtFirst);
    });
    const error: unknown = await client.health({}, { timeoutMs: 20_000 }).catch((reason) => reason);
    assert.equal(codeOf(error), "Internal");
    assert.match(String(error), expected);
    await server.ended;
    context.diagnostic(`${server.sentBytes()} bytes were taken, ${mostUsed} held at most`);
    assert.ok(mostUsed < MAX_HELD_BYTES, `${mostUsed} bytes were held`);
    transport.close();
  });
}

/** Reads up to the request and then nothing more; sends `begin`, then `unit` as often as the client takes it. */
async function startFlood(begin: Buffer, unit: Buffer) {
  const many = Buffer.concat(Array.from({ length: Math.ceil(65_536 / unit.length) }, () => unit));
  let sent = 0;
  let nextLook = 0;
  let look: () => void = () => undefined;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const flood = () => {
      while (sent < FLOOD_BYTES && socket.writable) {
        sent += many.length;
        if (sent >= nextLook) {
          nextLook = sent + LOOK_EVERY_BYTES;
          look();
        }
        if (!socket.write(many)) return;
      }
      if (socket.writable) socket.destroy();
    };
    socket.on("error", () => undefined).on("close", end);
    const frames = new ClientFrames();
    socket.on("drain", flood);
    socket.on("data", (chunk) => {
      if (!frames.push(chunk).some((each) => each.type === type.headers)) return;
      socket.pause();
      socket.write(begin);
      flood();
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ended,
    sentBytes: () => sent,
    onProgress: (action: () => void) => {
      look = action;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
