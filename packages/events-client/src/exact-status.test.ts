import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, decodeBinaryHeader, encodeBinaryHeader } from "@connectrpc/connect";
import { ErrorResponseSchema, ErrorResponse_ErrorType as ErrorType } from "@pumice/stubs/umadb";
import { errorResponseDetails } from "./error-response-details.js";
import { correctDetails, exactStatus } from "./exact-status.js";

const response = create(ErrorResponseSchema, { message: "no", errorType: ErrorType.CORRUPTION });
const raw = toBinary(ErrorResponseSchema, response);
const bare = encodeBinaryHeader(raw);

test("exactStatus() makes a google.rpc.Status with the ErrorResponse as its detail, and leaves one as it is", () => {
  const exact = exactStatus(Code.DataLoss, bare) ?? "";
  const bytes = Buffer.from(decodeBinaryHeader(exact));
  assert.deepEqual([...bytes.subarray(0, 6)], [0x08, Code.DataLoss, 0x12, 2, ...Buffer.from("no")]);
  assert.ok(bytes.includes("type.googleapis.com/umadb.v1.ErrorResponse"));
  assert.ok(bytes.includes(Buffer.from(raw)));
  assert.equal(exactStatus(Code.DataLoss, exact), exact);
});

test("correctDetails() removes what it cannot read, so that code and text of the status count", () => {
  for (const broken of ["!", bare.slice(0, -4)]) {
    const headers = new Headers({ "grpc-status": "9", "grpc-status-details-bin": broken });
    correctDetails(headers);
    assert.deepEqual([...headers.keys()], ["grpc-status"]);
  }
});

test("correctDetails() makes no success of details without the code of an error", () => {
  for (const status of [undefined, "0", "none"]) {
    const headers = new Headers({
      "grpc-status-details-bin": bare,
      ...(status !== undefined && { "grpc-status": status }),
    });
    correctDetails(headers);
    assert.equal(headers.get("grpc-status-details-bin"), null);
  }
});

test("errorResponseDetails() reads a bare ErrorResponse and nothing else", () => {
  assert.deepEqual(errorResponseDetails(raw), { details: [{ type: "umadb.v1.ErrorResponse", value: raw }] });
  assert.equal(errorResponseDetails(raw.subarray(0, 3)), undefined);
  assert.equal(errorResponseDetails(decodeBinaryHeader(exactStatus(9, bare) ?? "")), undefined);
});
