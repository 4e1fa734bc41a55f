import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { connectEcho } from "../support/transport-suite.js";

const PREFACE_BYTES = 24;
const FRAME_HEADER_BYTES = 9;
const [DATA, SETTINGS] = [0, 4];
const EMPTY_SETTINGS = Buffer.from([0, 0, 0, SETTINGS, 0, 0, 0, 0, 0]);
/** One million more bytes on the connection. */
const WINDOW_UPDATE = Buffer.from([0, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0x0f, 0x42, 0x40]);
const FIRST_WINDOW = 65_535;
const ACK = 1;

// A server may count a larger window from the ACK on; gRPC's C core does, and resets a stream whose data comes before it.
test("createFastGrpcTransport() acknowledges a larger initial window before it sends into it", async () => {
  const seen: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.write(Buffer.concat([EMPTY_SETTINGS, WINDOW_UPDATE]));
    let [received, acks, asked] = [0, 0, false];
    eachFrame(socket, (type, flags, length) => {
      const isAck = type === SETTINGS && (flags & ACK) !== 0;
      if (asked && (isAck || type === DATA)) {
        seen.push(isAck ? "ack" : "data");
        if (!isAck) socket.destroy();
      }
      if (isAck) acks++;
      if (type === DATA) received += length;
      if (asked || acks === 0 || received < FIRST_WINDOW) return;
      asked = true;
      socket.write(initialWindow(100_000));
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  try {
    using echo = connectEcho(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await assert.rejects(echo.unary({ value: new Uint8Array(90_000) }, { timeoutMs: 5000 }));
    assert.equal(seen[0], "ack");
  } finally {
    server.close();
  }
});

function initialWindow(bytes: number): Buffer {
  const frame = Buffer.from([0, 0, 6, SETTINGS, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
  frame.writeUInt32BE(bytes, 11); // SETTINGS_INITIAL_WINDOW_SIZE is 4
  return frame;
}

function eachFrame(socket: Socket, onFrame: (type: number, flags: number, length: number) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  let skipped = false;
  socket.on("data", (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    if (!skipped && pending.length >= PREFACE_BYTES) {
      pending = pending.subarray(PREFACE_BYTES);
      skipped = true;
    }
    while (skipped && pending.length >= FRAME_HEADER_BYTES) {
      const length = pending.readUIntBE(0, 3);
      if (pending.length < FRAME_HEADER_BYTES + length) return;
      onFrame(pending.readUInt8(3), pending.readUInt8(4), length);
      pending = pending.subarray(FRAME_HEADER_BYTES + length);
    }
  });
}
