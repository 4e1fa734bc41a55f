import assert from "node:assert/strict";
import { test } from "node:test";
import { endpoint } from "./endpoint.js";

const options = { defaultUrl: "http://localhost:50051", sendsCredentials: true };

test("endpoint() completes what a caller writes", () => {
  const meant: [string | undefined, string][] = [
    [undefined, "http://localhost:50051"],
    ["http://127.0.0.1:50051", "http://127.0.0.1:50051"],
    ["http://127.0.0.1:50051/", "http://127.0.0.1:50051"],
    ["https://kv.example.com/path/", "https://kv.example.com/path"],
    ["localhost", "http://localhost:50051"],
    ["localhost:7000", "http://localhost:7000"],
    ["localhost:80", "http://localhost"],
    ["[::1]:7000", "http://[::1]:7000"],
    ["http://localhost", "http://localhost"],
  ];
  for (const [target, url] of meant) assert.equal(endpoint(target, options), url);
});

test("endpoint() refuses what is no base URL, and says why", () => {
  const refused: [string, RegExp][] = [
    ["", /cannot be parsed/],
    ["http://", /cannot be parsed/],
    ["ftp://localhost", /scheme must be http or https, got ftp:/],
    ["http://localhost/?a=1", /a query or a fragment/],
    ["http://localhost/#top", /a query or a fragment/],
  ];
  for (const [target, message] of refused) {
    assert.throws(
      () => endpoint(target, options),
      (error) => error instanceof TypeError && message.test(error.message),
    );
  }
});

test("endpoint() refuses credentials in the URL without repeating them", () => {
  assert.throws(
    () => endpoint("http://admin:hunter2@localhost", options),
    (error) => error instanceof TypeError && !error.message.includes("hunter2"),
  );
});

test("endpoint() keeps credentials off a plaintext wire, except to this machine", () => {
  for (const host of ["localhost", "db.localhost", "127.0.0.1", "127.1.2.3", "[::1]"]) {
    assert.doesNotThrow(() => endpoint(`http://${host}:1`, options));
  }
  for (const host of ["db.example.com", "10.0.0.1", "127.0.0.1.example.com", "localhost.example.com", "[::2]"]) {
    assert.throws(() => endpoint(`http://${host}:1`, options), /plaintext/);
    assert.doesNotThrow(() => endpoint(`https://${host}:1`, options));
    assert.doesNotThrow(() => endpoint(`http://${host}:1`, { ...options, allowPlaintext: true }));
    assert.doesNotThrow(() => endpoint(`http://${host}:1`, { ...options, sendsCredentials: false }));
  }
});
