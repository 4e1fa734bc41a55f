import assert from "node:assert/strict";
import { test } from "node:test";
import { compileV2 } from "./compile-v2.js";
import { compileV3 } from "./compile-v3.js";
import { connectShelf } from "./connect-shelf.js";
import type { Plan } from "./plan.js";
import type { Entry, Target } from "./selection.js";
import { ShelfBuilder } from "./shelf.js";
import { where } from "./where.js";
import { Named, PickleTuple } from "./wire/pickle-objects.js";

/** Shows plans instead of running them. */
const target: Target = { shelf: "note", schema: undefined, run: (entry) => entry };
const shelf = new ShelfBuilder(target);
const planOf = async (entry: unknown): Promise<Plan> => await (entry as Entry<unknown>).plan();

test("queries are immutable: each stage gives a new one", async () => {
  const base = shelf.keyRange("a", "c");
  const one = base.slice(1);
  const two = base.slice(2, 3);
  assert.equal((await planOf(base.count())).stages.length, 1);
  assert.deepEqual((await planOf(one.count())).stages[1], { kind: "slice", start: 1, stop: null, step: null });
  assert.deepEqual((await planOf(two.count())).stages[1], { kind: "slice", start: 2, stop: 3, step: null });
});

test("a plan becomes each generation's words", async () => {
  const plan = await planOf(shelf.keyRange("a").filter(where("n").gt(1)).slice(0, 2).first());
  assert.deepEqual(
    compileV2(plan).request.map(({ op }) => op),
    ["filter", "filter", "slice", "first"],
  );
  const { request } = compileV3(plan);
  assert.ok(request.cmd === "query");
  assert.deepEqual(
    request.ops.map(({ op }) => op),
    ["keys_range", "filter", "slice", "items", "slice"],
  );
  const narrowed = await planOf(shelf.keysIn(["a"]).keysIn(["b"]).toArray());
  assert.deepEqual(
    compileV2(narrowed).request.map(({ op }) => op),
    ["keys_in", "filter"],
  );
  const many = await planOf(shelf.putMany([{ key: "a", data: {} }]));
  assert.deepEqual(compileV2(many).request[0]?.args, [[new PickleTuple(["a", new Named("items[0].data", {})])]]);
});

test("arguments are checked before anything is sent", async () => {
  for (const wrong of [[-1], [0, -1], [0, 1, 0], [0.5], ["1"], [Number.NaN]]) {
    assert.throws(() => shelf.slice(...(wrong as [number])), RangeError, String(wrong));
  }
  assert.throws(() => shelf.filter("x" as never), /it takes a predicate/);
  assert.throws(() => shelf.filter((() => true) as never), /it takes a predicate/);
  assert.throws(() => shelf.all().edit({} as never), /it takes changes/);
  assert.throws(() => shelf.key(""), RangeError);
  assert.throws(() => shelf.keysIn([1] as never), TypeError);
  assert.throws(() => new ShelfBuilder({ ...target, shelf: "" }), RangeError);
  await assert.rejects(planOf(shelf.put("", {})), RangeError);
  for (const wrong of [1, null, [1], "x"]) {
    await assert.rejects(planOf(shelf.all().update(wrong)), /Cannot update: it takes an object of fields/);
  }
});

test("connectShelf() checks its options", () => {
  assert.throws(() => connectShelf("tcp://127.0.0.1:1", { protocol: 4 as never }), /protocol must be 2, 3 or "auto"/);
  for (const name of ["connectTimeoutMs", "readTimeoutMs", "maxAnswerBytes", "maxConnections"]) {
    for (const value of [0, -1, 1.5, 2 ** 31, "1"]) {
      assert.throws(() => connectShelf("tcp://127.0.0.1:1", { [name]: value }), RangeError, `${name} ${value}`);
    }
  }
  assert.throws(() => connectShelf("tcp://shelf.example:1"), /allowRemote: true/);
});

test("what a generation lacks does not compile", () => {
  const check = async () => {
    const two = connectShelf("127.0.0.1:1", { protocol: 2 });
    const three = connectShelf("127.0.0.1:1", { protocol: 3 });
    const auto = connectShelf("127.0.0.1:1");
    two.shelf("a").keysIn(["a"]).key("a").keyRange("a", "b");
    three.shelf("a").desc().sort("n").keys();
    auto.shelf("a").keysIn(["a"]).desc().sort();
    await auto.transaction(async () => 1);
    // @ts-expect-error the second generation does not sort
    two.shelf("a").sort();
    // @ts-expect-error nor has it a direction
    two.shelf("a").filter(where("n").gt(1)).desc();
    // @ts-expect-error nor transactions that stay open
    two.transaction(async () => 1);
    // @ts-expect-error the third generation does not look keys up by a list
    three.shelf("a").keysIn(["a"]);
    // @ts-expect-error nor does it narrow what was filtered
    three.shelf("a").filter(where("n").gt(1)).key("a");
    // @ts-expect-error a shelf is emptied through all(), so that nothing is by accident
    three.shelf("a").delete();
    const last: number = await two.batch((batch) => [batch.shelf("a").put("k", {}), batch.shelf("a").count()]);
    // @ts-expect-error the last entry decides
    const wrong: string = await two.batch((batch) => [batch.shelf("a").count()]);
    // @ts-expect-error an entry of a batch is no promise
    await two.batch((batch) => [batch.shelf("a").count().then()]);
    return [last, wrong];
  };
  assert.equal(typeof check, "function");
});
