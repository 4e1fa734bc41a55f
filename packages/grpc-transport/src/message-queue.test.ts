import assert from "node:assert/strict";
import { test } from "node:test";
import { MessageQueue } from "./message-queue.js";

const CHUNK_BYTES = 65_536;

test("MessageQueue gives messages back in order, and weighs them", () => {
  const queue = new MessageQueue();
  for (let i = 0; i < 3000; i++) queue.push({ compressed: i % 2 === 0, bytes: Uint8Array.of(i, i >> 8) });
  assert.equal(queue.weightBytes, 3000 * 162);
  for (let i = 0; i < 3000; i++) {
    assert.deepEqual(queue.shift(), { compressed: i % 2 === 0, bytes: Uint8Array.of(i, i >> 8) });
  }
  assert.equal(queue.shift(), undefined);
  assert.equal(queue.weightBytes, 0);
});

test("MessageQueue lets go of chunks of which it holds little, and keeps the messages", () => {
  const queue = new MessageQueue();
  for (let i = 0; i < 3000; i++) {
    queue.push({ compressed: false, bytes: new Uint8Array(CHUNK_BYTES).fill(i, 0, 2).subarray(0, i % 3) });
    queue.settle();
  }
  const chunks = new Set<ArrayBufferLike>();
  for (let i = 0; i < 3000; i++) {
    const bytes = queue.shift()?.bytes;
    assert.deepEqual(bytes, new Uint8Array(i % 3).fill(i));
    if (bytes) chunks.add(bytes.buffer);
  }
  const kept = [...chunks].reduce((sum, { byteLength }) => sum + byteLength, 0);
  assert.ok(kept < 10 * 3000 * 162, `${kept} bytes are kept alive`);
});

test("MessageQueue copies nothing of chunks that it holds most of, nor while it runs empty", () => {
  const queue = new MessageQueue();
  const chunks = Array.from({ length: 100 }, () => new Uint8Array(CHUNK_BYTES));
  for (const chunk of chunks) {
    queue.push({ compressed: false, bytes: chunk.subarray(0, 30_000) });
    queue.push({ compressed: false, bytes: chunk.subarray(30_000, 60_000) });
    queue.settle();
  }
  for (const chunk of chunks) {
    assert.equal(queue.shift()?.bytes.buffer, chunk.buffer);
    assert.equal(queue.shift()?.bytes.buffer, chunk.buffer);
  }
  for (const chunk of chunks) {
    queue.push({ compressed: false, bytes: chunk.subarray(0, 1) });
    queue.settle();
    assert.equal(queue.shift()?.bytes.buffer, chunk.buffer);
  }
});
