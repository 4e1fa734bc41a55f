import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultMaxFrameSize, Flag, FrameType, frameHeaderBytes } from "./frames.js";
import { HeaderWriter } from "./header-writer.js";
import { noDynamicTable } from "./hpack-encoder.js";
import { OutputBuffer } from "./output-buffer.js";

test("HeaderWriter splits a block that exceeds a frame, and flags its beginning and its end", () => {
  const output = new OutputBuffer();
  new HeaderWriter(output).write(5, Buffer.alloc(defaultMaxFrameSize + 1, 7), true);
  const bytes = Buffer.concat(output.take());
  const second = frameHeaderBytes + defaultMaxFrameSize;
  assert.deepEqual([bytes[3], bytes[4], bytes[8]], [FrameType.Headers, Flag.EndStream, 5]);
  assert.deepEqual([bytes[second + 3], bytes[second + 4]], [FrameType.Continuation, Flag.EndHeaders]);
  assert.equal(bytes.length, second + frameHeaderBytes + 1);
});

test("HeaderWriter acknowledges a changed table once, in the next block", () => {
  const output = new OutputBuffer();
  const writer = new HeaderWriter(output);
  writer.tableChanged();
  for (let i = 0; i < 2; i++) writer.write(1, Uint8Array.of(9), false);
  const bytes = Buffer.concat(output.take());
  const first = frameHeaderBytes + noDynamicTable.length + 1;
  assert.deepEqual(bytes.subarray(frameHeaderBytes, first), Buffer.from([...noDynamicTable, 9]));
  assert.equal(bytes.length, first + frameHeaderBytes + 1);
});
