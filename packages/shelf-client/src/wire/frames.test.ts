import assert from "node:assert/strict";
import { test } from "node:test";
import { FrameReader, frame, TooLargeError } from "./frames.js";

const bodies = ["", "a", "bc", "d".repeat(300)].map((text) => Buffer.from(text));
const stream = Buffer.concat(bodies.map(frame));

test("frame() puts the length in front, 32 bits big endian", () => {
  assert.equal(Buffer.from(frame(Buffer.from("ab"))).toString("hex"), "000000026162");
});

test("FrameReader gives the same bodies however the stream is cut", () => {
  for (let size = 1; size <= stream.length; size++) {
    const reader = new FrameReader(300);
    const found: Uint8Array[] = [];
    for (let at = 0; at < stream.length; at += size) found.push(...reader.push(stream.subarray(at, at + size)));
    assert.deepEqual(found.map(String), bodies.map(String), `pieces of ${size}`);
    assert.equal(reader.isInside, false);
  }
});

test("FrameReader says that it stands inside a frame", () => {
  const reader = new FrameReader(300);
  reader.push(stream.subarray(0, 6));
  assert.equal(reader.isInside, true);
});

test("FrameReader refuses a frame above the limit by its header alone", () => {
  assert.throws(() => new FrameReader(299).push(stream), TooLargeError);
  assert.throws(() => new FrameReader(1000).push(Buffer.from("80047d28", "hex")), {
    message: "Cannot read the answer: it has 2147777832 bytes, at most 1000 are read",
  });
});
