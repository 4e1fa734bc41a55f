import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { CommitTxnRequestSchema, TxnOp_OpType } from "@pumice/stubs/scoriadb";
import { maxMessageBytes, type Write } from "./message-size.js";
import { WriteBuffer } from "./write-buffer.js";

const utf8 = (text: string) => new TextEncoder().encode(text);
const put = (key: string, value: string, cfName = ""): Write => ({ key: utf8(key), value: utf8(value), cfName });
const remove = (key: string, cfName = ""): Write => ({ key: utf8(key), cfName });

test("WriteBuffer keeps the last write of each key, in each family", () => {
  const writes = new WriteBuffer("txn-1");
  writes.add(put("a", "1"));
  writes.add(remove("a"));
  writes.add(put("b", "2"));
  writes.add(put("b", "3", "users"));
  assert.equal(writes.find("", utf8("a"))?.value, undefined);
  assert.deepEqual(writes.find("", utf8("b"))?.value, utf8("2"));
  assert.deepEqual(writes.find("users", utf8("b"))?.value, utf8("3"));
  assert.equal(writes.find("users", utf8("a")), undefined);
  assert.deepEqual(
    writes.all().map(({ key, cfName }) => [new TextDecoder().decode(key), cfName]),
    [
      ["a", ""],
      ["b", ""],
      ["b", "users"],
    ],
  );
});

test("WriteBuffer gives the writes under a prefix in the order of their bytes", () => {
  const writes = new WriteBuffer("txn-1");
  for (const key of ["p😀", "p\uFFFD", "pé", "q", "p", "pz", "pz\u0000"]) writes.add(put(key, ""));
  const found = writes.under("", utf8("p")).map(({ key }) => new TextDecoder().decode(key));
  assert.deepEqual(found, ["p", "pz", "pz\u0000", "pé", "p\uFFFD", "p😀"]);
  assert.deepEqual(writes.under("users", utf8("p")), []);
});

test("WriteBuffer tells keys apart that are no text, and long ones", () => {
  const writes = new WriteBuffer("txn-1");
  const long = new Uint8Array(100_000).fill(0xff);
  writes.add({ key: long, value: utf8("long"), cfName: "" });
  writes.add({ key: new Uint8Array([0xff]), value: utf8("short"), cfName: "" });
  assert.deepEqual(writes.find("", long)?.value, utf8("long"));
  assert.deepEqual(writes.find("", new Uint8Array([0xff]))?.value, utf8("short"));
  assert.equal(writes.find("", new Uint8Array([0xfe])), undefined);
});

test("WriteBuffer copies what it is given", () => {
  const writes = new WriteBuffer("txn-1");
  const key = utf8("key");
  const value = utf8("value");
  writes.add({ key, value, cfName: "" });
  key.fill(0);
  value.fill(0);
  assert.deepEqual(writes.find("", utf8("key")), put("key", "value"));
});

test("WriteBuffer takes writes up to a commit of exactly 4 MiB, replaced ones not counted", () => {
  const writes = new WriteBuffer("txn-1");
  const half = maxMessageBytes / 2;
  writes.add({ key: utf8("a"), value: new Uint8Array(half), cfName: "users" });
  writes.add(put("a", "small", "users"));
  writes.add(remove("b"));
  const encodedLength = (ops: readonly Write[]) =>
    toBinary(
      CommitTxnRequestSchema,
      create(CommitTxnRequestSchema, {
        txnId: "txn-1",
        ops: ops.map(({ key, value, cfName }) =>
          value ? { op: TxnOp_OpType.PUT, key, value, cfName } : { op: TxnOp_OpType.DELETE, key, cfName },
        ),
      }),
    ).length;
  const last = (length: number): Write => ({ key: utf8("c"), value: new Uint8Array(length), cfName: "" });
  const room = half - (encodedLength([...writes.all(), last(half)]) - maxMessageBytes);
  assert.throws(() => writes.add(last(room + 1)), /RangeError: .* would have 4194305 bytes/);
  assert.equal(writes.find("", utf8("c")), undefined);
  writes.add(last(room));
  assert.equal(encodedLength(writes.all()), maxMessageBytes);
});
