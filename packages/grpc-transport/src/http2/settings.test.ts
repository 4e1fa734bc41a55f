import assert from "node:assert/strict";
import { test } from "node:test";
import { ErrorCode } from "./error-code.js";
import { frameHeaderBytes } from "./frames.js";
import { encodeSettings, parseSettings } from "./settings.js";

test("parseSettings() reads what encodeSettings() writes; of repeated settings the last counts", () => {
  const settings = parse([
    [1, 0],
    [3, 7],
    [4, 1],
    [4, 0x7fffffff],
    [5, 16_384],
  ]);
  assert.deepEqual(settings, { headerTableSize: 0, maxConcurrentStreams: 7, initialWindowSize: 0x7fffffff });
});

test("parseSettings() ignores settings it does not know", () => {
  assert.deepEqual(parse([[0x99, 1]]), {});
});

test("parseSettings() refuses a payload that ends inside a setting", () => {
  assert.throws(() => parseSettings(new Uint8Array(7)), { errorCode: ErrorCode.FrameSizeError });
});

test("parseSettings() refuses the values the RFC forbids", () => {
  assert.throws(() => parse([[4, 0x80000000]]), { errorCode: ErrorCode.FlowControlError });
  assert.throws(() => parse([[5, 16_383]]), { errorCode: ErrorCode.ProtocolError });
  assert.throws(() => parse([[5, 0x1000000]]), { errorCode: ErrorCode.ProtocolError });
  assert.throws(() => parse([[2, 1]]), { errorCode: ErrorCode.ProtocolError });
});

function parse(settings: readonly (readonly [number, number])[]): ReturnType<typeof parseSettings> {
  return parseSettings(encodeSettings(settings).subarray(frameHeaderBytes));
}
