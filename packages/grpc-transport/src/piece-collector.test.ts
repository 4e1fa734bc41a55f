import assert from "node:assert/strict";
import { test } from "node:test";
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
