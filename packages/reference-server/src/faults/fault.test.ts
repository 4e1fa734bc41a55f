import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { faultKinds, faultOf } from "./fault.js";

test("faultOf() fills in what is not set", () => {
  assert.deepEqual(faultOf("dropAnswer", {}), { kind: "dropAnswer", loss: "stream" });
  assert.deepEqual(faultOf("holdRequest", { loss: "silence" }), { kind: "holdRequest", calls: 1, loss: "silence" });
  assert.deepEqual(faultOf("delay", { ms: undefined }), { kind: "delay", ms: 50 });
  assert.deepEqual(faultOf("fail", { code: Code.Aborted }), {
    kind: "fail",
    code: Code.Aborted,
    message: "an injected fault",
    metadata: {},
  });
  for (const kind of faultKinds) assert.equal(faultOf(kind, {}).kind, kind);
});

test("faultOf() refuses kinds, settings and values that cannot be, and says what can", () => {
  const wrong: [string, object, RegExp][] = [
    ["explode", {}, /^Cannot inject explode: the faults are dropRequest, dropAnswer, /],
    ["toString", {}, /^Cannot inject toString/],
    ["delay", { seconds: 1 }, /^Cannot inject delay: it has no setting seconds, what can be set is ms$/],
    ["refuse", { ms: 1 }, /what can be set is nothing$/],
    ["delay", { ms: -1 }, /ms must be a whole number from 0 to 2147483647, got -1/],
    ["delay", { ms: 2_147_483_648 }, /ms must be/],
    ["delay", { ms: "1" }, /ms must be/],
    ["holdRequest", { calls: 0 }, /calls must be a whole number from 1 /],
    ["abortStream", { messages: 0.5 }, /messages must be/],
    ["reset", { errorCode: 2 ** 32 }, /errorCode must be/],
    ["fail", { code: 0 }, /code must be a whole number from 1 to 16, got 0/],
    ["fail", { message: 1 }, /message must be a string, got number/],
    ["fail", { metadata: { "a b": "c" } }, /a b/],
    ["dropAnswer", { loss: "fire" }, /loss must be one of stream, connection, silence, got fire/],
  ];
  for (const [kind, settings, message] of wrong) {
    assert.throws(
      () => faultOf(kind as never, settings as never),
      (error: Error) => message.test(error.message) && (error instanceof TypeError || error instanceof RangeError),
    );
  }
});
