import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
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

test("MessageReader does not keep the chunks alive that an unfinished message came in by the byte", () => {
  const reader = new MessageReader(1_000_000);
  const prefix = frameMessage(new Uint8Array(1_000_000), false).subarray(0, 5);
  const before = usedBytes();
  reader.push(prefix, () => assert.fail("The message is not complete"));
  for (let chunks = 0; chunks < 400; chunks++) {
    const chunk = new Uint8Array(65_536);
    for (let i = 0; i < 100; i++) reader.push(chunk.subarray(i, i + 1), () => assert.fail("It is not complete"));
  }
  const held = usedBytes() - before;
  assert.ok(held < 400_000, `${held} bytes are held for 40000`);
  assert.equal(reader.isInsideMessage, true);
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

function usedBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
