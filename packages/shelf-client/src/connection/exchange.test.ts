import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { exchange } from "./exchange.js";

test("exchange() sends nothing for a caller that gave up when the connection was just made", async (t) => {
  const received: Buffer[] = [];
  const server = createServer((socket) => socket.on("data", (bytes) => received.push(bytes)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const controller = new AbortController();
  // Between the event and whoever waits for it.
  const onSocket = (message: unknown) => {
    const { socket } = message as { readonly socket: Socket };
    socket.once("connect", () => queueMicrotask(() => controller.abort(new Error("enough"))));
  };
  subscribe("net.client.socket", onSocket);
  t.after(() => unsubscribe("net.client.socket", onSocket));
  const call = exchange({ host: "127.0.0.1", port, text: "it" }, Buffer.from("request"), {
    limits: { connectTimeoutMs: 5_000, readTimeoutMs: 5_000, maxAnswerBytes: 10 },
    signal: controller.signal,
    onSend: () => assert.fail("it was sent"),
  });
  await assert.rejects(call, /enough/);
  assert.equal(received.length, 0);
});
