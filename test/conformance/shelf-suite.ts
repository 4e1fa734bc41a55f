import assert from "node:assert/strict";
import { test } from "node:test";
import {
  float,
  increment,
  merge,
  not,
  type PumiceError,
  push,
  pythonExpression,
  SchemaError,
  ShelfServerError,
  set,
  unset,
  where,
} from "@pumice/shelf-client";
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import { connectAuto, documents, filledShelf, freshName, type ShelfTarget } from "./shelf-target.js";

/** What both generations do alike, seen through a client that finds out which one it talks to. */
export function shelfSuite(target: ShelfTarget & { readonly runsPython?: boolean }): void {
  const suite = (fact: string, run: () => Promise<void>) => test(`shelf on ${target.name}: ${fact}`, run);
  const keysOf = (items: readonly { readonly key: string }[]): string => items.map(({ key }) => key).join(" ");

  suite("a shelf that nobody has written to is empty", async () => {
    await using db = connectAuto(target);
    const shelf = db.shelf(freshName());
    assert.equal(await shelf.get("a"), undefined);
    assert.equal(await shelf.first(), undefined);
    assert.equal(await shelf.count(), 0);
    assert.equal(await shelf.exists(), false);
    assert.deepEqual(await shelf.toArray(), []);
    assert.equal(await shelf.all().delete(), 0);
    assert.deepEqual(await shelf.filter(where("n").gt(1)).update({ x: 1 }), []);
  });

  suite("put then get gives back every kind of value", async () => {
    await using db = connectAuto(target);
    const shelf = db.shelf(freshName());
    const data = {
      text: "é中😀\u0000\u2028",
      numbers: [0, -1, 255, 256, 65536, 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1, 1700000000000, 0.1, 5e-324, float(1)],
      big: [2n ** 53n, 2n ** 64n - 1n, -(2n ** 63n)],
      odd: [Number.NaN, Number.POSITIVE_INFINITY, -0],
      none: null,
      flags: [true, false],
      bytes: Uint8Array.of(0, 255),
      nested: { a: [{ b: {} }, []] },
      long: "x".repeat(70_000),
    };
    await shelf.put("k", data);
    const numbers = data.numbers.map(Number);
    assert.deepEqual(await shelf.get("k"), { key: "k", data: { ...data, numbers } });
  });

  suite("put overwrites, and get of a missing key is undefined", async () => {
    await using db = connectAuto(target);
    const shelf = db.shelf(freshName());
    await shelf.put("k", { one: 1 });
    await shelf.put("k", { two: 2 });
    assert.deepEqual((await shelf.get("k"))?.data, { two: 2 });
    assert.equal(await shelf.get("nope"), undefined);
  });

  suite("keys are ordered by code point, in ranges and in loops", async () => {
    await using db = connectAuto(target);
    const shelf = db.shelf(freshName());
    const keys = ["10", "9", "B", "_", "a", "é", "\ufffd", "😀"];
    await shelf.putMany([...keys].reverse().map((key) => ({ key, data: {} })));
    assert.equal(keysOf(await shelf.toArray()), keys.join(" "));
    assert.equal(keysOf(await shelf.keyRange("9", "a").toArray()), "9 B _");
    assert.equal(keysOf(await shelf.keyRange("é").toArray()), "é \ufffd 😀");
    assert.equal(keysOf(await shelf.keyRange("b", "a").toArray()), "");
    const seen: string[] = [];
    for await (const { key } of shelf.keyRange("", "a")) seen.push(key);
    assert.deepEqual(seen, ["10", "9", "B", "_"]);
  });

  suite("filter, slice, first, count and exists work on what the stage before has left", async () => {
    await using db = connectAuto(target);
    const shelf = await filledShelf(db);
    assert.equal(keysOf(await shelf.slice(1, 3).toArray()), "b c");
    assert.equal(keysOf(await shelf.slice(3).toArray()), "d e");
    assert.equal(keysOf(await shelf.slice(0, 5, 2).toArray()), "a c e");
    assert.equal(keysOf(await shelf.slice(4, 2).toArray()), "");
    const many = shelf.filter(where("n").gte(4));
    assert.equal(keysOf(await many.toArray()), "a c d");
    assert.equal(keysOf(await many.slice(1, 2).toArray()), "c");
    assert.deepEqual(await many.first(), { key: "a", data: documents["a"] });
    assert.equal(await many.count(), 3);
    assert.equal(await many.filter(where("n").gt(100)).exists(), false);
    assert.equal(await shelf.key("b").exists(), true);
  });

  suite("predicates find what they say", async () => {
    await using db = connectAuto(target);
    const shelf = await filledShelf(db);
    const found = async (test: ReturnType<typeof not>) => keysOf(await shelf.filter(test).toArray());
    assert.equal(await found(where("n").eq(float(10))), "a");
    assert.equal(await found(where("done").eq(true)), "e");
    assert.equal(await found(where("done").eq(1)), "");
    assert.equal(await found(where("title").eq(null)), "d");
    assert.equal(await found(where("title").missing()), "e");
    assert.equal(await found(where("title").exists()), "a b c d");
    assert.equal(await found(where("title").startsWith("Pu", "X")), "a b");
    assert.equal(await found(where("title").endsWith("y")), "b");
    assert.equal(await found(where("title").contains("sal")), "c");
    assert.equal(await found(where("tags").contains("rock")), "a");
    assert.equal(await found(where("tags").eq([])), "c");
    assert.equal(await found(where("address.city").eq("Naples")), "a");
    assert.equal(await found(where(["address", "city"]).ne("Naples")), "b c d e");
    assert.equal(await found(where("n").in([2, 34, "4"])), "b c");
    assert.equal(await found(where("n").lt(5).or(where("n").gt(30))), "b c d");
    assert.equal(
      await found(
        where("n")
          .lte(10)
          .and(not(where("title").startsWith("P")), where("n").gt(1)),
      ),
      "d",
    );
    assert.equal(
      await found(
        where("title")
          .matches(/^P[tu]+/i)
          .not(),
      ),
      "c d e",
    );
    assert.equal(await found(where.key.in(["b", "z"])), "b");
    assert.equal(await found(where.key.gt("c")), "d e");
    assert.equal(keysOf(await shelf.filter((field) => field("n").eq(2)).toArray()), "b");
  });

  suite("what is compared with never becomes part of a program", async () => {
    await using db = connectAuto(target);
    const shelf = db.shelf(freshName());
    const texts = ["'", '"', "\\", '"""', "{}", "\n", "__import__('os')", '" or True or "', "\u0000", "%s"];
    await shelf.putMany(texts.map((text, index) => ({ key: `k${index}`, data: { [`f"'${index}`]: text, text } })));
    for (const [index, text] of texts.entries()) {
      assert.equal((await shelf.filter(where("text").eq(text)).first())?.key, `k${index}`);
      assert.equal((await shelf.filter(where([`f"'${index}`]).contains(text)).first())?.key, `k${index}`);
    }
  });

  suite("update, replace and edit change all that is selected, and nothing else", async () => {
    await using db = connectAuto(target);
    const shelf = await filledShelf(db);
    assert.deepEqual(await shelf.keyRange("a", "c").update({ seen: true }), [{ key: "a" }, { key: "b" }]);
    assert.deepEqual((await shelf.get("b"))?.data, { n: 2, title: "Putty", seen: true });
    assert.deepEqual(await shelf.key("d").replace({ only: 1 }), [{ key: "d" }]);
    assert.deepEqual((await shelf.get("d"))?.data, { only: 1 });
    assert.deepEqual(await shelf.key("nope").replace({ only: 1 }), []);
    const changes = [
      set("address.zip", "80100"),
      increment("n", 5),
      push("tags", "grey", "old"),
      unset("title"),
      merge("address", { country: "IT" }),
    ];
    assert.deepEqual(await shelf.key("a").edit(changes), [{ key: "a" }]);
    assert.deepEqual((await shelf.get("a"))?.data, {
      n: 15,
      tags: ["rock", "light", "grey", "old"],
      address: { city: "Naples", zip: "80100", country: "IT" },
      seen: true,
    });
    assert.deepEqual((await shelf.get("c"))?.data, documents["c"]);
  });

  suite("changes make what is missing, and refuse what does not fit, leaving all as it was", async () => {
    await using db = connectAuto(target);
    const shelf = await filledShelf(db);
    await shelf
      .key("e")
      .edit([set("x.y.z", 1), increment("count"), push("list", 1), merge("map", { a: 1 }), unset("no.where")]);
    assert.deepEqual((await shelf.get("e"))?.data, {
      done: true,
      x: { y: { z: 1 } },
      count: 1,
      list: [1],
      map: { a: 1 },
    });
    for (const [change, text] of [
      [increment("title"), "Cannot edit title: it is no number"],
      [push("n", 1), "Cannot edit n: it is no list"],
      [set("n.x", 1), "Cannot edit n: it is no dict"],
      [merge("n", {}), "Cannot edit n: it is no dict"],
    ] as const) {
      await assert.rejects(shelf.keyRange("a", "c").edit([set("mark", 1), change]), (error: PumiceError) => {
        return error instanceof ShelfServerError && error.serverMessage === text;
      });
    }
    assert.equal(await shelf.filter(where("mark").exists()).count(), 0);
  });

  suite("delete takes away what is selected and says how much it was", async () => {
    await using db = connectAuto(target);
    const shelf = await filledShelf(db);
    assert.equal(await shelf.filter(where("n").exists()).slice(0, 2).delete(), 2);
    assert.equal(await shelf.key("nope").delete(), 0);
    assert.equal(keysOf(await shelf.toArray()), "c d e");
    assert.equal(await shelf.all().delete(), 3);
    assert.equal(await shelf.count(), 0);
  });

  suite("putMany stores all or none; of one key the later one stays", async () => {
    await using db = connectAuto(target);
    const shelf = db.shelf(freshName());
    await shelf.putMany([]);
    await shelf.putMany([1, 2].map((n) => ({ key: "k", data: { n } })));
    assert.deepEqual((await shelf.get("k"))?.data, { n: 2 });
    const wrong = { key: "x", data: { at: new Date() as never } };
    await assert.rejects(
      shelf.putMany([{ key: "y", data: {} }, wrong]),
      /Cannot send items\[1\]\.data\.at: .*ISO string/,
    );
    await assert.rejects(shelf.put("x", { a: [1n, 2n ** 64n] }), /Cannot send data\.a\[1\]: /);
    await assert.rejects(shelf.filter(where("a").eq((() => 1) as never)).count(), /Cannot send filter\[2\]: /);
    assert.equal(await shelf.count(), 1);
  });

  suite("a batch is one: entries see each other, the last one answers, and one that fails undoes all", async () => {
    await using db = connectAuto(target);
    const name = freshName();
    const other = freshName();
    const total: number = await db.batch((batch) => [
      batch.shelf(name).put("a", { n: 1 }),
      batch.shelf(other).put("b", { n: 2 }),
      batch.shelf(name).putMany([{ key: "c", data: { n: 3 } }]),
      batch.shelf(name).filter(where("n").gt(0)).count(),
    ]);
    assert.equal(total, 2);
    const first = await db.batch((batch) => [batch.shelf(name).first()]);
    assert.deepEqual(first, { key: "a", data: { n: 1 } });
    assert.equal(await db.batch(() => []), undefined);
    const failing = db.batch((batch) => [
      batch.shelf(name).put("lost", { n: 1 }),
      batch.shelf(name).key("a").edit(push("n", 1)),
    ]);
    await assert.rejects(failing, { kind: "shelf-server" });
    assert.equal(await db.shelf(name).get("lost"), undefined);
  });

  suite("many calls at once all end", async () => {
    await using db = connectAuto(target);
    const shelf = db.shelf(freshName());
    await Promise.all(Array.from({ length: 150 }, (_, n) => shelf.put(`k${n}`, { n })));
    const found = await Promise.all(Array.from({ length: 150 }, (_, n) => shelf.get(`k${n}`)));
    assert.deepEqual(
      found.map((item) => item?.data),
      Array.from({ length: 150 }, (_, n) => ({ n })),
    );
  });

  suite("a schema types the shelf: the input is stored, the output is read, and what does not fit is refused", async () => {
    await using db = connectAuto(target);
    const Note = z.object({ title: z.string().min(1), at: z.string().transform((text) => new Date(text)) });
    const name = freshName();
    const notes = db.shelf(name, { data: Note });
    await notes.put("a", { title: "Pumice", at: "2026-01-02T00:00:00.000Z" });
    const found = await notes.get("a");
    const at: Date | undefined = found?.data.at;
    assert.equal(at?.getUTCFullYear(), 2026);
    assert.deepEqual((await db.shelf(name).get("a"))?.data, { title: "Pumice", at: "2026-01-02T00:00:00.000Z" });
    assert.equal(await notes.filter((field) => field("title").eq("Pumice")).count(), 1);
    await assert.rejects(notes.put("b", { title: "", at: "x" }), (error) => {
      return error instanceof SchemaError && error.where === `data of item "b" in shelf "${name}"`;
    });
    await assert.rejects(notes.key("a").replace({ title: 1 } as never), SchemaError);
    assert.equal(await notes.count(), 1);
    await db.shelf(name).put("old", { other: true });
    await assert.rejects(notes.toArray(), SchemaError);
    await assert.rejects(async () => {
      for await (const item of notes.keyRange("b")) assert.fail(item.key);
    }, SchemaError);
  });

  suite("schemas of any library fit, also those that take their time", async () => {
    await using db = connectAuto(target);
    const name = freshName();
    const slow = z.object({ n: z.number().refine(async (n) => n > 0) });
    const schemas = [slow, v.object({ n: v.number() }), type({ n: "number" })] as const;
    for (const data of schemas) {
      const shelf = db.shelf(name, { data });
      await shelf.putMany([{ key: "a", data: { n: 1 } }]);
      assert.deepEqual(await shelf.first(), { key: "a", data: { n: 1 } });
      await assert.rejects(shelf.put("b", { n: "1" } as never), SchemaError);
      const last = await db.batch((batch) => [batch.shelf(name, { data }).get("a")]);
      assert.deepEqual(last, { key: "a", data: { n: 1 } });
    }
    await assert.rejects(db.shelf(name, { data: slow }).put("b", { n: 0 }), SchemaError);
  });

  if (target.runsPython === false) return;

  suite("pythonExpression runs Python, with values that are bound", async () => {
    await using db = connectAuto(target);
    const shelf = await filledShelf(db);
    const longer = pythonExpression('lambda n: lambda it: len(it[1].get("title") or "") > n', 5);
    assert.equal(keysOf(await shelf.filter(longer).toArray()), "a c");
    await shelf.key("b").edit(pythonExpression('lambda it: {"upper": it[1]["title"].upper()}'));
    assert.deepEqual((await shelf.get("b"))?.data, { upper: "PUTTY" });
    await assert.rejects(shelf.filter(pythonExpression('lambda it: it[1]["nope"]')).toArray(), {
      kind: "shelf-server",
    });
    await assert.rejects(shelf.filter(pythonExpression("lambda it: )")).toArray(), { kind: "shelf-server" });
    assert.equal(await shelf.count(), 5);
  });
}
