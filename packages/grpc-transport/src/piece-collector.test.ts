import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { PieceCollector } from "./piece-collector.js";

test("PieceCollector joins pieces of all sizes in order, and is empty then", () => {
  const collector = new PieceCollector();
  for (let round = 0; round < 2; round++) {
    const pieces = [1, 0, 3000, 700, 5, 100_000, 1, 1, 1024, 1023, 70_000, 2].map((length, i) =>
      new Uint8Array(length).fill(i + round),
    );
    for (const piece of pieces) collector.add(piece);
    const whole = Buffer.concat(pieces);
    assert.equal(collector.length, whole.length);
    assert.deepEqual(Buffer.from(collector.take()), whole);
    assert.equal(collector.length, 0);
  }
});

test("PieceCollector gives bytes of its own, also of one piece", () => {
  for (const length of [3, 5000]) {
    const piece = new Uint8Array(length);
    const collector = new PieceCollector();
    collector.add(piece);
    const taken = collector.take();
    piece[0] = 1;
    assert.equal(taken[0], 0);
  }
});

test("PieceCollector holds a small multiple of its pieces, whatever they are views of", () => {
  for (const [pieceBytes, chunkBytes] of [
    [1, 1],
    [1, 257],
    [1, 65_536],
    [4096, 65_536],
    [16_384, 65_536],
  ] as const) {
    const before = usedBytes();
    const collector = new PieceCollector();
    while (collector.length < 400_000) {
      const chunk = new Uint8Array(chunkBytes);
      // As many pieces of the chunk as 255 bytes of padding and a frame header between them leave room for, 40 at most.
      const step = pieceBytes + 265;
      for (let at = 0, i = 0; at + pieceBytes <= chunkBytes && i < 40; at += step, i++) {
        collector.add(chunk.subarray(at, at + pieceBytes));
      }
    }
    const held = usedBytes() - before;
    assert.ok(held < 5 * collector.length, `${held} bytes for pieces of ${pieceBytes} in ${chunkBytes}`);
  }
});

function usedBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
