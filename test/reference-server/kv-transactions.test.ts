import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { TxnOp_OpType } from "@pumice/stubs/scoriadb";
import { bytes, newUser, startKv, textAt, ways } from "./kv-targets.js";

const put = (key: string, value: string, cfName = "") => ({
  op: TxnOp_OpType.PUT,
  key: bytes(key),
  value: bytes(value),
  cfName,
});
const remove = (key: string, cfName = "") => ({ op: TxnOp_OpType.DELETE, key: bytes(key), cfName });
const conflict = { code: Code.Aborted, rawMessage: "transaction conflict" };
const notFound = (id: string) => ({ code: Code.NotFound, rawMessage: `transaction ${id} not found` });

for (const [name, way] of Object.entries(ways)) {
  test(`the reference KV, over ${name}: a commit applies all its operations, once`, async () => {
    await using kv = await startKv({}, way);
    const { stub, admin } = kv;
    await stub.createCF({ name: "accounts" }, admin);
    await stub.put({ key: bytes("temp"), value: bytes("x") }, admin);
    const { txnId } = await stub.beginTxn({}, admin);
    const ops = [put("balance", "1"), put("balance", "2"), remove("temp"), put("alice", "100", "accounts")];
    await stub.commitTxn({ txnId, ops }, admin);
    assert.equal(await textAt(stub, admin, "balance"), "2");
    assert.equal(await textAt(stub, admin, "temp"), undefined);
    const { value } = await stub.get({ key: bytes("alice"), cfName: "accounts" }, admin);
    assert.deepEqual(value, bytes("100"));
    await assert.rejects(stub.commitTxn({ txnId, ops }, admin), notFound(txnId));
    await assert.rejects(stub.rollbackTxn({ txnId }, admin), notFound(txnId));
  });

  test(`the reference KV, over ${name}: the first committer wins, and the other leaves no trace`, async () => {
    await using kv = await startKv({}, way);
    const { stub, admin } = kv;
    const [one, two] = [await stub.beginTxn({}, admin), await stub.beginTxn({}, admin)];
    await stub.commitTxn({ txnId: two.txnId, ops: [put("k", "two")] }, admin);
    const late = { txnId: one.txnId, ops: [put("other", "one"), put("k", "one")] };
    await assert.rejects(stub.commitTxn(late, admin), conflict);
    assert.deepEqual([await textAt(stub, admin, "k"), await textAt(stub, admin, "other")], ["two", undefined]);
    await assert.rejects(stub.commitTxn(late, admin), notFound(one.txnId)); // begin again, the id is used up
  });
}

test("the reference KV gives start timestamps above 1, on one clock with its commits", async () => {
  await using kv = await startKv();
  const { stub, admin } = kv;
  const { startTs: first } = await stub.beginTxn({}, admin);
  const { commitTs } = await stub.put({ key: bytes("k") }, admin);
  const { startTs: second } = await stub.beginTxn({}, admin);
  assert.ok(1n < first && first < commitTs && commitTs < second, `${first}, ${commitTs}, ${second}`);
});

test("the reference KV shows an open transaction its snapshot, however much is written meanwhile", async () => {
  await using kv = await startKv();
  const { stub, admin } = kv;
  await stub.put({ key: bytes("k"), value: bytes("old") }, admin);
  await stub.put({ key: bytes("deleted"), value: bytes("old") }, admin);
  const { txnId, startTs } = await stub.beginTxn({}, admin);
  await stub.delete({ key: bytes("deleted") }, admin);
  for (let i = 0; i < 1_200; i++) await stub.put({ key: bytes("k"), value: bytes(`new ${i}`) }, admin);
  assert.equal(await textAt(stub, admin, "k", startTs), "old");
  assert.equal(await textAt(stub, admin, "deleted", startTs), "old");
  assert.equal(await textAt(stub, admin, "k"), "new 1199");
  assert.equal(await textAt(stub, admin, "k", 1n), undefined);

  await stub.rollbackTxn({ txnId }, admin);
  const gone = { code: Code.OutOfRange, rawMessage: `snapshot ${startTs} is no longer kept: no transaction holds it` };
  await assert.rejects(textAt(stub, admin, "k", startTs), gone);
  assert.equal(await textAt(stub, admin, "k", 1n), undefined);
  await assert.rejects(textAt(stub, admin, "k", -1n), { code: Code.InvalidArgument });
});

test("the reference KV finds conflicts with puts, deletes, other transactions and new families", async () => {
  await using kv = await startKv();
  const { stub, admin } = kv;
  const meanwhile: [string, () => Promise<unknown>, ReturnType<typeof put>][] = [
    ["a put", () => stub.put({ key: bytes("a") }, admin), put("a", "")],
    ["a delete of a missing key", () => stub.delete({ key: bytes("b") }, admin), put("b", "")],
    ["a family's birth", () => stub.createCF({ name: "new" }, admin), put("c", "", "new")],
  ];
  for (const [what, change, op] of meanwhile) {
    const { txnId } = await stub.beginTxn({}, admin);
    await change();
    await assert.rejects(stub.commitTxn({ txnId, ops: [op] }, admin), conflict, what);
  }
  const { txnId } = await stub.beginTxn({}, admin);
  await stub.put({ key: bytes("same key"), cfName: "new" }, admin);
  await stub.commitTxn({ txnId, ops: [put("same key", "v")] }, admin); // in another family
});

test("the reference KV refuses a commit that cannot be, applies nothing, and leaves the transaction open", async () => {
  await using kv = await startKv();
  const { stub, admin } = kv;
  const writer = await newUser(stub, admin, "readwrite");
  const { txnId } = await stub.beginTxn({}, writer);
  const wrong: [ReturnType<typeof put>, object][] = [
    [put("k", "v", "nope"), { code: Code.NotFound, rawMessage: 'column family "nope" not found' }],
    [put("k", "v", "__auth__"), { code: Code.PermissionDenied, rawMessage: "insufficient privileges" }],
    [put("k", "v", "__meta__"), { code: Code.PermissionDenied, rawMessage: "insufficient privileges" }],
    [
      { ...put("k", "v"), op: 7 as never },
      { code: Code.InvalidArgument, rawMessage: "unknown operation 7, it must be PUT (0) or DELETE (1)" },
    ],
  ];
  for (const [op, error] of wrong) {
    await assert.rejects(stub.commitTxn({ txnId, ops: [put("first", "v"), op] }, writer), error);
    assert.equal(await textAt(stub, writer, "first"), undefined);
  }
  await stub.commitTxn({ txnId, ops: [put("first", "v")] }, writer);
  assert.equal(await textAt(stub, writer, "first"), "v");
});

test("the reference KV rolls back, knows no strange ids, and gives no id twice", async () => {
  await using kv = await startKv();
  const { stub, admin } = kv;
  const { txnId } = await stub.beginTxn({}, admin);
  await stub.rollbackTxn({ txnId }, admin);
  for (const id of [txnId, "nope", ""]) {
    await assert.rejects(stub.rollbackTxn({ txnId: id }, admin), notFound(id));
    await assert.rejects(stub.commitTxn({ txnId: id, ops: [put("k", "v")] }, admin), notFound(id));
  }
  assert.equal(await textAt(stub, admin, "k"), undefined);
  const ids = new Set([txnId]);
  for (let i = 0; i < 20; i++) {
    const { txnId: next } = await stub.beginTxn({}, admin);
    ids.add(next);
    if (i % 2 === 0) await stub.rollbackTxn({ txnId: next }, admin);
  }
  assert.equal(ids.size, 21);
});

test("the reference KV ends a transaction that is left open after its time-out", async (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: 1_700_000_000_000 });
  await using kv = await startKv({ transactionTimeoutMs: 5_000 });
  const { stub, admin } = kv;
  const [first, second] = [await stub.beginTxn({}, admin), await stub.beginTxn({}, admin)];
  context.mock.timers.tick(4_999);
  await stub.rollbackTxn({ txnId: first.txnId }, admin);
  context.mock.timers.tick(1);
  await assert.rejects(stub.commitTxn({ txnId: second.txnId }, admin), notFound(second.txnId));
});

test("the reference KV adds up what 8 writers increment in transactions of their own", async () => {
  await using kv = await startKv();
  const { stub, admin } = kv;
  let conflicts = 0;
  const increment = async (): Promise<void> => {
    const { txnId, startTs } = await stub.beginTxn({}, admin);
    const next = Number((await textAt(stub, admin, "sum", startTs)) ?? 0) + 1;
    try {
      await stub.commitTxn({ txnId, ops: [put("sum", String(next))] }, admin);
    } catch {
      conflicts += 1;
      await increment();
    }
  };
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let i = 0; i < 10; i++) await increment();
    }),
  );
  assert.equal(await textAt(stub, admin, "sum"), "80");
  assert.ok(conflicts > 0);
});
