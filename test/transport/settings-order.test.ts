import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { test } from "node:test";
import { flag, frame, setting, settingsFrame, type, uint32 } from "../support/http2-frames.js";
import { connectEcho } from "../support/transport-suite.js";

const PREFACE_BYTES = 24;
const FRAME_HEADER_BYTES = 9;
/** One million more bytes on the connection. */
const largerWindow = frame(type.windowUpdate, 0, 0, uint32(1_000_000));
const FIRST_WINDOW = 65_535;

// A server may count a larger window from the ACK on; gRPC's C core does, and resets a stream whose data comes before it.
test("createFastGrpcTransport() acknowledges a larger initial window before it sends into it", async () => {
  const seen: string[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.write(Buffer.concat([settingsFrame([]), largerWindow]));
    let [received, acks, asked] = [0, 0, false];
    eachFrame(socket, (frameType, flags, length) => {
      const isAck = frameType === type.settings && (flags & flag.ack) !== 0;
      if (asked && (isAck || frameType === type.data)) {
        seen.push(isAck ? "ack" : "data");
        if (!isAck) socket.destroy();
      }
      if (isAck) acks++;
      if (frameType === type.data) received += length;
      if (asked || acks === 0 || received < FIRST_WINDOW) return;
      asked = true;
      socket.write(settingsFrame([[setting.initialWindow, 100_000]]));
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

function eachFrame(socket: Socket, onFrame: (frameType: number, flags: number, length: number) => void): void {
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
