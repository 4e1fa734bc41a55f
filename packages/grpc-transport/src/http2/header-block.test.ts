import assert from "node:assert/strict";
import { test } from "node:test";
import { checkHeaders } from "./header-block.js";

test("checkHeaders() takes the status out of the fields", () => {
  assert.deepEqual(checkHeaders([":status", "200", "a", "b", "content-length", "12"]), {
    fields: ["a", "b", "content-length", "12"],
    status: 200,
    contentLength: 12,
  });
});

test("checkHeaders() leaves space around a grpc-message", () => {
  assert.deepEqual(checkHeaders(["grpc-message", " no luck "]).fields, ["grpc-message", " no luck "]);
});

const malformed: Record<string, string[]> = {
  "upper case in a name": ["Grpc-Status", "0"],
  "an empty name": ["", "0"],
  "a space in a name": ["a b", "0"],
  "a line break in a value": ["a", "b\r\nc: d"],
  "a zero byte in a value": ["a", "b\0"],
  "a second :status": [":status", "200", ":status", "200"],
  "a :status after a field": ["a", "b", ":status", "200"],
  "a :status that is no number": [":status", "2xx"],
  "a pseudo-header of requests": [":path", "/"],
  "a connection field": ["transfer-encoding", "chunked"],
  "a content-length that is no number": ["content-length", "-1"],
  "two content-lengths that differ": ["content-length", "1", "content-length", "2"],
};

for (const [what, fields] of Object.entries(malformed)) {
  test(`checkHeaders() finds ${what} malformed`, () => {
    assert.notEqual(checkHeaders(fields).malformed, undefined);
  });
}
