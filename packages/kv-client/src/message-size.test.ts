import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  CommitTxnRequestSchema,
  DeleteRequestSchema,
  GetRequestSchema,
  PutRequestSchema,
  TxnOp_OpType,
} from "@pumice/stubs/scoriadb";
import {
  checkCommitSize,
  checkReadSize,
  checkWriteSize,
  commitBytes,
  maxMessageBytes,
  operationBytes,
  writeBytes,
} from "./message-size.js";

/** Around every step of a varint's length. */
const lengths = [0, 1, 127, 128, 129, 16_383, 16_384, 2_097_151, 2_097_152];

test("writeBytes() is the length of an encoded put, and of an encoded delete", () => {
  for (const cfName of ["", "users", "é".repeat(100)]) {
    for (const length of lengths) {
      const key = new Uint8Array(length);
      const value = new Uint8Array(length + 1);
      const put = toBinary(PutRequestSchema, create(PutRequestSchema, { key, value, cfName }));
      assert.equal(writeBytes({ key, value, cfName }), put.length);
      const remove = toBinary(DeleteRequestSchema, create(DeleteRequestSchema, { key, cfName }));
      assert.equal(writeBytes({ key, cfName }), remove.length);
    }
  }
});

test("commitBytes() and operationBytes() add up to the length of an encoded commit", () => {
  for (const txnId of ["", "txn-1", "t".repeat(200)]) {
    for (const length of lengths) {
      const key = new Uint8Array(length);
      const put = { key, value: new Uint8Array(length), cfName: "users" };
      const remove = { key, cfName: "" };
      const ops = [
        { op: TxnOp_OpType.PUT, ...put },
        { op: TxnOp_OpType.DELETE, ...remove },
      ];
      const commit = toBinary(CommitTxnRequestSchema, create(CommitTxnRequestSchema, { txnId, ops }));
      assert.equal(commitBytes(txnId) + operationBytes(put) + operationBytes(remove), commit.length);
    }
  }
});

test("checkWriteSize() lets a message of exactly 4 MiB pass, and names the sizes of a longer one", () => {
  const key = new Uint8Array(3);
  const fittingBytes = maxMessageBytes - 2 - key.length - 5;
  checkWriteSize({ key, value: new Uint8Array(fittingBytes), cfName: "" });
  assert.throws(
    () => checkWriteSize({ key, value: new Uint8Array(fittingBytes + 1), cfName: "" }),
    new RangeError(
      "Cannot put a key of 3 bytes with a value of 4194295 bytes: the message would have 4194305 bytes, " +
        "and the server takes at most 4194304",
    ),
  );
  assert.throws(
    () => checkWriteSize({ key: new Uint8Array(maxMessageBytes), cfName: "" }),
    /^RangeError: Cannot delete a key of 4194304 bytes: the message would have 4194309 bytes/,
  );
});

test("checkCommitSize() lets a commit of exactly 4 MiB pass, and names the sizes of a longer one", () => {
  const write = { key: new Uint8Array(1), value: new Uint8Array(2), cfName: "" };
  checkCommitSize(write, maxMessageBytes);
  assert.throws(
    () => checkCommitSize(write, maxMessageBytes + 1),
    new RangeError(
      "Cannot put a key of 1 bytes with a value of 2 bytes in this transaction: " +
        "the commit with all writes would have 4194305 bytes, and the server takes at most 4194304",
    ),
  );
});

test("checkReadSize() lets a get of exactly 4 MiB pass, its snapshot included, and no longer one", () => {
  for (const snapshotTs of [0n, 1n, 127n, 128n, 2n ** 56n - 1n, 2n ** 56n, 2n ** 63n - 1n]) {
    const encodedBytes = (key: Uint8Array) =>
      toBinary(GetRequestSchema, create(GetRequestSchema, { key, snapshotTs, cfName: "users" })).length;
    const framingBytes = encodedBytes(new Uint8Array(maxMessageBytes)) - maxMessageBytes;
    const key = new Uint8Array(maxMessageBytes - framingBytes);
    assert.equal(encodedBytes(key), maxMessageBytes);
    checkReadSize("get a key", { key, cfName: "users" }, snapshotTs);
    const longer = { key: new Uint8Array(key.length + 1), cfName: "users" };
    assert.throws(() => checkReadSize("get a key", longer, snapshotTs), /would have 4194305 bytes/);
  }
});
