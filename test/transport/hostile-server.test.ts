import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ConnectError, createClient } from "@connectrpc/connect";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { Echo } from "./echo-service.js";

const CALLS = 3000;
const IN_FLIGHT = 50;
const TIMEOUT_MS = 150;

test("createFastGrpcTransport() ends every call in time, whatever the server does", { timeout: 90_000 }, async () => {
  const stray: unknown[] = [];
  const onStray = (event: unknown) => stray.push(event);
  process.on("unhandledRejection", onStray).on("warning", onStray);
  const random = seeded(11);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    misbehave(socket, random);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const transport = createFastGrpcTransport({ baseUrl, pingIntervalMs: 100, pingTimeoutMs: 100 });
  const client = createClient(Echo, transport);
  const { signal } = new AbortController();
  const outcomes = new Map<string, number>();
  let started = 0;
  let slowestMs = 0;

  const worker = async (): Promise<void> => {
    while (started++ < CALLS) {
      const startedAt = performance.now();
      const options = { timeoutMs: TIMEOUT_MS, signal };
      const call =
        started % 3 === 0
          ? last(client.serverStream({ value: Uint8Array.of(1) }, options))
          : client.unary({ value: Uint8Array.of(1) }, options);
      const outcome = await call.then(
        () => "ok",
        (error: unknown) => {
          assert.ok(error instanceof ConnectError, String(error));
          return String(error.code);
        },
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));

  assert.ok(slowestMs < TIMEOUT_MS + 1000, `The slowest call took ${slowestMs} ms`);
  assert.ok((outcomes.get("ok") ?? 0) > CALLS / 20, JSON.stringify([...outcomes]));
  assert.ok(outcomes.size >= 4, JSON.stringify([...outcomes]));
  transport.close();
  for (let i = 0; i < 300 && sockets.size > 0; i++) await sleep(10);
  assert.equal(sockets.size, 0);
  server.close();
  process.off("unhandledRejection", onStray).off("warning", onStray);
  assert.deepEqual(stray, []);
});

async function last(messages: AsyncIterable<unknown>): Promise<unknown> {
  let message: unknown;
  for await (message of messages);
  return message;
}

const HEADERS = 1;
const RST_STREAM = 3;
const SETTINGS = 4;
const PING = 6;
const GOAWAY = 7;
/** `:status: 200`, then `content-type: application/grpc`, without table and Huffman. */
const responseHeaders = Buffer.concat([Buffer.from([0x88, 0x0f, 16, 16]), Buffer.from("application/grpc")]);
const okTrailers = Buffer.concat([
  Buffer.from([0, 11]),
  Buffer.from("grpc-status"),
  Buffer.from([1]),
  Buffer.from("0"),
]);
const message = Buffer.from([0, 0, 0, 0, 3, 10, 1, 1]);

/** Answers each request in one of many ways, few of them right. */
function misbehave(socket: Socket, random: (below: number) => number): void {
  let received = Buffer.alloc(0);
  socket.on("error", () => undefined);
  socket.write(frame(SETTINGS, 0, 0, Buffer.from([0, 3, 0, 0, 0, 1 + random(100)])));
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    if (received.toString("latin1", 0, 3) === "PRI") received = received.subarray(24);
    while (received.length >= 9 && received.length >= 9 + received.readUIntBE(0, 3)) {
      const [type, id] = [received[3], received.readUInt32BE(5)];
      if (type === HEADERS) answer(id);
      if (type === SETTINGS && ((received[4] ?? 0) & 1) === 0) socket.write(frame(SETTINGS, 1, 0));
      received = received.subarray(9 + received.readUIntBE(0, 3));
    }
  });

  function answer(id: number): void {
    const whole = Buffer.concat([
      frame(HEADERS, 4, id, responseHeaders),
      frame(0, 0, id, message),
      frame(HEADERS, 5, id, okTrailers),
    ]);
    const uint32 = (value: number) => Buffer.from([0, 0, 0, value]);
    const ways: (() => void)[] = [
      () => socket.write(whole),
      () => socket.write(whole),
      () => socket.write(whole),
      () => setTimeout(() => socket.write(whole), random(300)),
      () => socket.write(frame(RST_STREAM, 0, id, uint32(random(14)))),
      () => socket.write(frame(HEADERS, 5, id, responseHeaders)),
      () => socket.write(frame(0, 1, id, message)),
      () =>
        socket.write(
          Buffer.concat([
            frame(HEADERS, 4, id, responseHeaders),
            frame(0, 0, id, message.subarray(0, 6)),
            frame(HEADERS, 5, id, okTrailers),
          ]),
        ),
      () => undefined,
      () => {
        if (random(4) === 0) socket.write(whole.subarray(0, random(whole.length)), () => socket.destroy());
        else socket.write(whole);
      },
      () => {
        if (random(4) === 0) socket.write(Buffer.from(Array.from({ length: 40 }, () => random(256))));
        else socket.write(whole);
      },
      () => {
        if (random(4) === 0)
          socket.write(Buffer.concat(Array.from({ length: 2500 }, () => frame(PING, 0, 0, Buffer.alloc(8)))));
        else socket.write(whole);
      },
      () => {
        if (random(4) === 0) socket.write(frame(GOAWAY, 0, 0, Buffer.concat([uint32(Math.max(0, id - 2)), uint32(0)])));
        else socket.write(whole);
      },
      () => {
        if (random(8) === 0) socket.removeAllListeners("data").resume();
        else socket.write(whole);
      },
    ];
    ways[random(ways.length)]?.();
  }
}

function frame(type: number, flags: number, streamId: number, payload: Uint8Array = new Uint8Array(0)): Buffer {
  const header = Buffer.alloc(9);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, payload]);
}

function seeded(start: number): (below: number) => number {
  let seed = start;
  return (below) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
}
