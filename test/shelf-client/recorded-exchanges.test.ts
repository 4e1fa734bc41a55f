import assert from "node:assert/strict";
import { test } from "node:test";
import { encode } from "@msgpack/msgpack";
import { connectShelf, OutcomeUnknownError, ShelfServerError } from "@pumice/shelf-client";
import { checkRequest, decodeAnswer, encodeRequest, queryRequest, readError, step } from "@pumice/shelf-client/wire";
import { plainPickle, recordedExchanges, startRecordedShelf } from "../support/recorded-shelf.js";

test("encodeRequest() and step() make the requests that the official 2.0.0 client sent", async () => {
  const exchanges = await recordedExchanges();
  assert.equal(exchanges.length, 47);
  for (const { request } of exchanges) {
    const recorded = plainPickle(request);
    checkRequest(recorded);
    assert.deepEqual(plainPickle(encodeRequest(recorded)), recorded);
    if (recorded.type !== "query") continue;
    const steps = recorded.queries.map(({ op, args }) => step(op, ...args));
    assert.deepEqual(queryRequest(recorded.shelf, steps), recorded);
  }
});

test("decodeAnswer() loses nothing of what a real 2.0.0 server answered", async () => {
  let errors = 0;
  for (const { response } of await recordedExchanges()) {
    const value = decodeAnswer(response);
    assert.deepEqual(Buffer.from(encode(withBigInts(value), { useBigInt64: true })), response);
    if (readError(value)) errors++;
  }
  assert.equal(errors, 13);
});

test("the client asks as the official client did, and reads what the real server answered", async () => {
  await using server = await startRecordedShelf();
  await using db = connectShelf(server.url, { protocol: 2 });
  const note = db.shelf("note");
  const first = { title: "ShelfDB", tags: ["db", "python"], stars: 5, ratio: 0.5, draft: false, owner: null };
  assert.equal(await note.put("note-1", first), undefined);
  await note.put("note-2", {
    title: "Zettel",
    nested: { a: { b: [1, 2, { c: "d" }] } },
    blob: Uint8Array.of(0, 1, 255),
  });
  await note.put("note-3", { big: 2 ** 40, neg: -7, huge: 2n ** 63n, tiny: 1e-300, text: "é中😀" });
  await note.putMany([1, 2, 3].map((i) => ({ key: `m${i}`, data: { i } })));
  const all = await note.toArray();
  assert.equal(all.map(({ key }) => key).join(" "), "m1 m2 m3 note-1 note-2 note-3 tuple");
  assert.deepEqual(all[3], { key: "note-1", data: first });
  assert.deepEqual(all[5]?.data, { big: 2 ** 40, neg: -7, huge: 2n ** 63n, tiny: 1e-300, text: "é中😀" });
  assert.equal(await note.count(), 7);
  assert.deepEqual(await note.first(), { key: "m1", data: { i: 1 } });
  assert.deepEqual(await note.key("note-1").toArray(), [{ key: "note-1", data: first }]);
  assert.deepEqual(await note.get("note-1"), { key: "note-1", data: first });
  assert.equal(await note.get("none"), undefined);
  assert.equal((await note.keyRange("m", "n").toArray()).length, 3);
  assert.equal(await note.keyRange("m2", "note-2").count(), 3);
  const chosen = await note.keysIn(["note-3", "m1", "none", "m1"]).toArray();
  assert.equal(chosen.map(({ key }) => key).join(" "), "note-3 m1 m1");
  assert.equal((await note.slice(1, 4).toArray()).length, 3);
  assert.equal((await note.slice(0, 6, 2).toArray()).length, 3);
  assert.equal((await note.slice(5, 2).toArray()).length, 0);
  const updated = await note.keyRange("m", "n").update({ u: true });
  assert.deepEqual(updated, [{ key: "m1" }, { key: "m2" }, { key: "m3" }]);
  assert.deepEqual(await note.key("m1").replace({ only: 1 }), [{ key: "m1" }]);
  assert.deepEqual(await note.key("none").update({ x: 1 }), []);
  assert.deepEqual(await note.key("none").replace({ x: 1 }), []);
  assert.equal(await note.key("m2").delete(), 1);
  assert.equal(await note.key("m2").delete(), 0);
  assert.equal(await note.keyRange("m", "n").delete(), 2);

  const total = await db.batch((batch) => [
    batch.shelf("acc").put("a", { v: 1 }),
    batch.shelf("acc").put("b", { v: 2 }),
    batch.shelf("acc").count(),
  ]);
  assert.equal(total, 2);
  const both = await db.batch((batch) => [batch.shelf("acc").toArray()]);
  assert.deepEqual(both, [
    { key: "a", data: { v: 1 } },
    { key: "b", data: { v: 2 } },
  ]);
  const undone = db.batch((batch) => [
    batch.shelf("acc").put("c", { v: 3 }),
    batch.shelf("acc").key("zzz").update({ a: 1 }),
  ]);
  await assert.rejects(undone, (error) => {
    assert.ok(error instanceof ShelfServerError && !(error instanceof OutcomeUnknownError));
    assert.equal(error.serverType, "RuntimeError");
    assert.equal(error.serverMessage, "`update()` requires existing selection.");
    assert.deepEqual(error.toJSON(), {
      kind: "shelf-server",
      code: "FailedPrecondition",
      message: "RuntimeError: `update()` requires existing selection.",
      rpc: "shelfdb/batch",
      attempts: 1,
    });
    return true;
  });
  const never = db.batch((batch) => [batch.shelf("never").toArray()]);
  await assert.rejects(never, { kind: "shelf-server", serverType: "ReadonlyError", code: 5 });
});

test("what only the third generation has throws before anything is sent", async () => {
  await using db = connectShelf("127.0.0.1:1", { protocol: 2 });
  const shelf = db.shelf("note") as unknown as ReturnType<ReturnType<typeof connectShelf>["shelf"]>;
  await assert.rejects(shelf.desc().toArray(), /Cannot use desc: this server speaks protocol 2, it needs protocol 3/);
  await assert.rejects(shelf.sort("n").toArray(), { kind: "call", code: 12 });
  await assert.rejects(shelf.keys(), { code: 12 });
  await assert.rejects(shelf.item(), { code: 12 });
  await assert.rejects(
    (db as unknown as ReturnType<typeof connectShelf>).transaction(async () => 1),
    { code: 12 },
  );
  await assert.rejects(shelf.put("a", 1), /Cannot send data: ShelfDB 2 stores plain objects only/);
  await assert.rejects(shelf.putMany([{ key: "a", data: [1] }]), /Cannot send items\[0\]\.data/);
});

/** The encoder writes numbers above 32 bits as floats. */
function withBigInts(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) && value > 0xffff_ffff ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(withBigInts);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withBigInts(item)]));
}
