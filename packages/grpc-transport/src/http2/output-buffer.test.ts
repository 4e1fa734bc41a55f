import assert from "node:assert/strict";
import { test } from "node:test";
import { OutputBuffer } from "./output-buffer.js";

test("OutputBuffer joins small pieces and keeps the order around large ones", () => {
  const output = new OutputBuffer();
  output.append(Uint8Array.of(1));
  output.append(Uint8Array.of(2));
  const large = Buffer.alloc(5000, 3);
  output.append(large);
  const { target, position } = output.reserve(1);
  target[position] = 4;
  assert.equal(output.length, 5003);
  const parts = output.take();
  assert.deepEqual(
    parts.map((part) => part.length),
    [2, 5000, 1],
  );
  assert.equal(parts[1], large);
  assert.deepEqual(Buffer.concat(parts), Buffer.concat([Uint8Array.of(1, 2), large, Uint8Array.of(4)]));
});

test("OutputBuffer never writes again into what it handed over", () => {
  const output = new OutputBuffer();
  output.append(Uint8Array.of(1, 2, 3));
  const [first] = output.take();
  for (let i = 0; i < 1000; i++) output.append(Buffer.alloc(1000, 9));
  assert.deepEqual([...(first ?? [])], [1, 2, 3]);
  assert.equal(output.length, 1_000_000);
  assert.equal(Buffer.concat(output.take()).length, 1_000_000);
  assert.deepEqual(output.take(), []);
});
