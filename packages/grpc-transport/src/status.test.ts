import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { noHeaders } from "./http2/header-block.js";
import { codeFromHttpStatus, headerError, statusError } from "./status.js";

const block = (...fields: string[]) => ({ ...noHeaders, status: 200, fields });
const types = new Set(["application/grpc", "application/grpc+proto"]);

test("statusError() finds none in status 0", () => {
  assert.equal(statusError(block(), block("grpc-status", "0"), undefined), undefined);
});

test("statusError() gives metadata of headers and trailers, of trailers alone once", () => {
  const trailers = block("grpc-status", "5", "b", "2");
  assert.equal(statusError(block("a", "1"), trailers, undefined)?.metadata.get("a"), "1");
  assert.equal(statusError(trailers, trailers, undefined)?.metadata.get("b"), "2");
});

test("statusError() prefers details to the status, if they are one", () => {
  const details = Buffer.from([8, 9, 18, 2, 110, 111]).toString("base64").replaceAll("=", "");
  const trailers = block("grpc-status", "5", "grpc-message", "gone", "grpc-status-details-bin", details);
  const error = statusError(block(), trailers, undefined);
  assert.equal(error?.code, Code.FailedPrecondition);
  assert.equal(error?.rawMessage, "no");
});

test("statusError() keeps the status if the hook throws", () => {
  const trailers = block("grpc-status", "5", "grpc-message", "gone", "grpc-status-details-bin", "AQ");
  const error = statusError(block(), trailers, () => {
    throw new Error("hook");
  });
  assert.equal(error?.code, Code.NotFound);
  assert.equal(error?.rawMessage, "gone");
});

test("statusError() decodes what it can of a message that was cut or never encoded", () => {
  const messages = {
    "a%20b%C3%A9%": "a bé%",
    "a%20b%2": "a b%2",
    "a%20%C3": "a \ufffd",
    "100%20% of %zz": "100 % of %zz",
  };
  for (const [sent, read] of Object.entries(messages)) {
    assert.equal(statusError(block(), block("grpc-status", "5", "grpc-message", sent), undefined)?.rawMessage, read);
  }
});

test("headerError() takes the content types of gRPC, with parameters and in any case", () => {
  assert.equal(headerError(block("content-type", "Application/gRPC; charset=utf-8"), types), undefined);
  assert.equal(headerError(block("content-type", "application/grpc-web"), types)?.code, Code.Unknown);
  assert.equal(headerError(block(), types)?.code, Code.Unknown);
});

test("codeFromHttpStatus() follows the table of the specification", () => {
  const codes = [400, 401, 403, 404, 429, 500, 502, 503, 504].map(codeFromHttpStatus);
  assert.deepEqual(codes, [
    Code.Internal,
    Code.Unauthenticated,
    Code.PermissionDenied,
    Code.Unimplemented,
    Code.Unavailable,
    Code.Unknown,
    Code.Unavailable,
    Code.Unavailable,
    Code.Unavailable,
  ]);
});
