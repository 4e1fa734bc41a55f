import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { frameMessage, MessageReader, type RawMessage } from "./message-framing.js";

const wire = Buffer.concat([
  frameMessage(Buffer.from("one"), false),
  frameMessage(new Uint8Array(0), true),
  frameMessage(Buffer.alloc(300, 2), true),
]);

test("MessageReader gives the same messages wherever the bytes are split", () => {
  const whole = read([wire]).messages;
  assert.deepEqual(
    whole.map(({ compressed, bytes }) => [compressed, bytes.length]),
    [
      [false, 3],
      [true, 0],
      [true, 300],
    ],
  );
  for (let at = 0; at <= wire.length; at++) {
    assert.deepEqual(read([wire.subarray(0, at), wire.subarray(at)]).messages, whole);
  }
  assert.deepEqual(read([...wire].map((byte) => Uint8Array.of(byte))).messages, whole);
});

test("MessageReader gives views of a chunk that holds the whole message", () => {
  const [first] = read([wire]).messages;
  assert.equal(first?.bytes.buffer, wire.buffer);
  assert.equal(first?.bytes.constructor, Uint8Array);
});

test("MessageReader tells whether the bytes end inside a message", () => {
  assert.equal(read([wire]).reader.isInsideMessage, false);
  assert.equal(read([wire.subarray(0, 2)]).reader.isInsideMessage, true);
  assert.equal(read([wire.subarray(0, 7)]).reader.isInsideMessage, true);
});

test("MessageReader refuses a message above the limit by its prefix", () => {
  assert.throws(() => read([Buffer.from([0, 0xff, 0xff, 0xff, 0xff])]), { code: Code.ResourceExhausted });
});

test("MessageReader refuses flags that mean nothing", () => {
  assert.throws(() => read([Buffer.from([0x80, 0, 0, 0, 0])]), { code: Code.Internal });
});

function read(chunks: readonly Uint8Array[]): { reader: MessageReader; messages: RawMessage[] } {
  const reader = new MessageReader(1000);
  const messages: RawMessage[] = [];
  for (const chunk of chunks)
    reader.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length), (message) => messages.push(message));
  return { reader, messages };
}
