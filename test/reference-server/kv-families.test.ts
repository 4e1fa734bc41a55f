import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { bytes, collect, startKv, textAt, ways } from "./kv-targets.js";

const notFound = (name: string) => ({ code: Code.NotFound, rawMessage: `column family "${name}" not found` });

for (const [name, way] of Object.entries(ways)) {
  test(`the reference KV, over ${name}: families are made, listed and dropped`, async () => {
    await using kv = await startKv({}, way);
    const { stub, admin } = kv;
    const names = async () => (await stub.listCF({}, admin)).cfNames;
    assert.deepEqual(await names(), ["default", "__auth__"]);
    await stub.createCF({ name: "users" }, admin);
    assert.deepEqual(await names(), ["default", "__auth__", "users"]);
    await stub.put({ key: bytes("k"), value: bytes("v"), cfName: "users" }, admin);
    assert.equal(await textAt(stub, admin, "k"), undefined);
    const again = stub.createCF({ name: "users" }, admin);
    await assert.rejects(again, { code: Code.AlreadyExists, rawMessage: 'column family "users" already exists' });
    await assert.rejects(stub.createCF({}, admin), {
      code: Code.InvalidArgument,
      rawMessage: "column family name cannot be empty",
    });

    await stub.deleteCF({ name: "users" }, admin);
    await stub.createCF({ name: "users" }, admin);
    assert.deepEqual(await collect(stub.scan({ cfName: "users" }, admin)), []);
  });

  test(`the reference KV, over ${name}: an unknown family is NOT_FOUND in every rpc`, async () => {
    await using kv = await startKv({}, way);
    const { stub, admin } = kv;
    const { txnId } = await stub.beginTxn({}, admin);
    const cfName = "nope";
    await assert.rejects(stub.get({ cfName }, admin), notFound(cfName));
    await assert.rejects(stub.put({ cfName }, admin), notFound(cfName));
    await assert.rejects(stub.delete({ cfName }, admin), notFound(cfName));
    await assert.rejects(collect(stub.scan({ cfName }, admin)), notFound(cfName));
    await assert.rejects(stub.commitTxn({ txnId, ops: [{ cfName }] }, admin), notFound(cfName));
    await assert.rejects(stub.deleteCF({ name: cfName }, admin), notFound(cfName));
  });
}

test("the reference KV drops the default family by its name only, and makes it anew", async () => {
  await using kv = await startKv();
  const { stub, admin } = kv;
  await stub.put({ key: bytes("k"), value: bytes("v") }, admin);
  await assert.rejects(stub.deleteCF({ name: "" }, admin), notFound(""));
  await stub.deleteCF({ name: "default" }, admin);
  await assert.rejects(stub.get({ key: bytes("k") }, admin), notFound("default"));
  await stub.createCF({ name: "default" }, admin);
  assert.equal(await textAt(stub, admin, "k"), undefined);
});
