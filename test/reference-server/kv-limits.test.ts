import assert from "node:assert/strict";
import { test } from "node:test";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { PutRequestSchema } from "@pumice/stubs/scoriadb";
import { bytes, startKv, textAt, ways } from "./kv-targets.js";

const limit = 4_194_304;

/** A Put whose message has this many bytes. */
function putOf(size: number) {
  const overhead = size - toBinary(PutRequestSchema, create(PutRequestSchema, { value: new Uint8Array(size) })).length;
  return { value: new Uint8Array(size + overhead) };
}

for (const [name, way] of Object.entries(ways)) {
  test(`the reference KV, over ${name}: a message of 4 MiB is received, a byte more is not`, async () => {
    await using kv = await startKv({}, way);
    const { stub, admin } = kv;
    await stub.put(putOf(limit), admin);
    await assert.rejects(stub.put(putOf(limit + 1), admin), { code: Code.ResourceExhausted });

    const { txnId } = await stub.beginTxn({}, admin);
    const half = { value: new Uint8Array(limit / 2) };
    const ops = [
      { key: bytes("a"), ...half },
      { key: bytes("b"), ...half },
    ];
    await assert.rejects(stub.commitTxn({ txnId, ops }, admin), { code: Code.ResourceExhausted });
    assert.equal(await textAt(stub, admin, "a"), undefined);
    await stub.commitTxn({ txnId, ops: ops.slice(0, 1) }, admin); // what was not received has ended nothing
  });
}
