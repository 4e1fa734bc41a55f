import assert from "node:assert/strict";
import { test } from "node:test";
import { frameMessage, MessageReader } from "../../packages/grpc-transport/src/message-framing.ts";
import { PieceCollector } from "../../packages/grpc-transport/src/piece-collector.ts";
import { usedBytes } from "../support/used-bytes.ts";

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
