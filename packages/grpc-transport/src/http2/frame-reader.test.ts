import assert from "node:assert/strict";
import { test } from "node:test";
import { ErrorCode } from "./error-code.js";
import { FrameReader } from "./frame-reader.js";
import { encodeFrame, encodeGoaway, encodeWindowUpdate, FrameType } from "./frames.js";
import { encodeSettings } from "./settings.js";

const conversation = Buffer.concat([
  encodeSettings([[3, 100]]),
  encodeFrame(FrameType.Data, 1, 5, Buffer.from("hello")),
  encodeFrame(FrameType.Data, 0, 0x7fffffff, Buffer.alloc(16_384, 7)),
  encodeWindowUpdate(0, 77),
  encodeGoaway(3, ErrorCode.NoError, "bye"),
]);

test("FrameReader reads type, flags, stream and payload", () => {
  const frames = read([conversation]);
  assert.deepEqual(
    frames.map(({ type, flags, streamId, payload }) => [type, flags, streamId, payload.length]),
    [
      [4, 0, 0, 6],
      [0, 1, 5, 5],
      [0, 0, 0x7fffffff, 16_384],
      [8, 0, 0, 4],
      [7, 0, 0, 11],
    ],
  );
});

test("FrameReader gives the same frames wherever the bytes are split", () => {
  const whole = read([conversation]);
  const places = Array.from({ length: 60 }, (_, i) => [i, conversation.length - 1 - i]).flat();
  for (const at of places) assert.deepEqual(read([conversation.subarray(0, at), conversation.subarray(at)]), whole);
  assert.deepEqual(read([...conversation].map((byte) => Uint8Array.of(byte))), whole);
});

test("FrameReader ignores the reserved bit of the stream id", () => {
  const frame = encodeFrame(FrameType.Settings, 0, 0, new Uint8Array(0));
  frame[5] = 0x80;
  assert.equal(read([frame])[0]?.streamId, 0);
});

test("FrameReader refuses a frame above the maximum size before its payload comes", () => {
  const header = Uint8Array.of(0, 0x40, 1, FrameType.Settings, 0, 0, 0, 0, 0);
  assert.throws(() => read([header]), { errorCode: ErrorCode.FrameSizeError });
});

test("FrameReader tells a server that does not speak HTTP/2", () => {
  assert.throws(() => read([Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")]), { errorCode: ErrorCode.ProtocolError });
});

test("FrameReader delivers nothing after stop(), not even of the same chunk", () => {
  let count = 0;
  const reader = new FrameReader(() => {
    count++;
    reader.stop();
  });
  reader.push(conversation);
  assert.equal(count, 1);
});

interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

function read(chunks: readonly Uint8Array[]): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader((type, flags, streamId, payload) => {
    frames.push({ type, flags, streamId, payload: Buffer.from(payload) });
  });
  for (const chunk of chunks) reader.push(chunk);
  return frames;
}
