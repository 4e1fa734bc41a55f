import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import {
  connectShelf,
  NotFoundError,
  OutcomeUnknownError,
  pythonExpression,
  sortBy,
  where,
} from "@pumice/shelf-client";
import { z } from "zod";
import { connectV3, filledShelf, freshName, type ShelfTarget } from "./shelf-target.js";

/** What only the third generation does. */
export function shelfV3Suite(target: ShelfTarget & { readonly runsPython?: boolean }): void {
  const suite = (fact: string, run: () => Promise<void>) => test(`shelf v3 on ${target.name}: ${fact}`, run);
  const keysOf = (items: readonly { readonly key: string }[]): string => items.map(({ key }) => key).join(" ");

  suite("the client finds out the protocol, and says when it is another one", async () => {
    await using auto = connectShelf(target.url);
    assert.deepEqual(await auto.ready(), { protocol: 3 });
    await using wrong = connectShelf(target.url, { protocol: 2 });
    await assert.rejects(wrong.ready(), /the server speaks protocol 3, 2 was asked for/);
  });

  suite("what the generation lacks throws, and says so", async () => {
    await using db = connectShelf(target.url);
    const shelf = db.shelf(freshName());
    await assert.rejects(shelf.keysIn(["a"]).toArray(), /Cannot use keysIn: this server speaks protocol 3/);
    await assert.rejects(shelf.slice(0, 1).key("a").toArray(), /after another stage/);
  });

  suite("any value can be stored, and null is half a value", async () => {
    await using db = connectV3(target);
    const shelf = db.shelf(freshName());
    for (const value of [1, "text", [1], true, 2n ** 60n, Uint8Array.of(1)]) {
      await shelf.put("k", value);
      assert.deepEqual((await shelf.get("k"))?.data, value);
    }
    await shelf.put("k", null);
    assert.equal(await shelf.count(), 1);
    assert.equal(await shelf.get("k"), undefined);
    assert.deepEqual(await shelf.toArray(), []);
    await shelf.put("l", 1);
    assert.deepEqual(await shelf.first(), { key: "l", data: 1 });
    assert.deepEqual(await shelf.keys(), ["k", "l"]);
    assert.equal(await shelf.all().delete(), 2);
  });

  suite("desc, asc, sort, keys and item", async () => {
    await using db = connectV3(target);
    const shelf = (await filledShelf(connectShelf(target.url))).name;
    const notes = db.shelf(shelf);
    assert.equal(keysOf(await notes.desc().toArray()), "e d c b a");
    assert.equal(keysOf(await notes.desc().asc().slice(0, 2).toArray()), "a b");
    assert.equal(keysOf(await notes.keyRange("b").desc().toArray()), "e d c b");
    assert.equal(keysOf(await notes.sort("n").toArray()), "e b d a c");
    assert.equal(keysOf(await notes.sort("n", { reverse: true }).slice(0, 2).toArray()), "c a");
    assert.equal(keysOf(await notes.sort(sortBy("done", "title")).toArray()), "d c a b e");
    assert.equal(keysOf(await notes.desc().sort().toArray()), "a b c d e");
    assert.deepEqual(await notes.keys(), ["a", "b", "c", "d", "e"]);
    assert.equal((await notes.filter(where("n").eq(2)).item()).key, "b");
    await assert.rejects(notes.key("zz").item(), NotFoundError);
    await assert.rejects(db.shelf(freshName()).item(), NotFoundError);
    await assert.rejects(notes.item(), /found many/);
  });

  suite("a transaction commits what it wrote, and reads it before", async () => {
    await using db = connectV3(target);
    const name = freshName();
    const seen = await db.transaction(async (tx) => {
      await tx.shelf(name).put("a", { n: 1 });
      assert.equal(await db.shelf(name).get("a"), undefined);
      return (await tx.shelf(name).get("a"))?.data;
    });
    assert.deepEqual(seen, { n: 1 });
    assert.deepEqual((await db.shelf(name).get("a"))?.data, { n: 1 });
  });

  suite("a transaction that throws is rolled back, and its error comes out as it is", async () => {
    await using db = connectV3(target);
    const shelf = db.shelf(freshName());
    const mine = new Error("changed my mind");
    const run = db.transaction(async (tx) => {
      await tx.shelf(shelf.name).put("a", 1);
      throw mine;
    });
    await assert.rejects(run, (error) => error === mine);
    assert.equal(await shelf.exists(), false);
    await shelf.put("b", 1); // the writer's place is free
  });

  suite("a write that failed and was caught cannot be committed by accident", async () => {
    if (target.runsPython === false) return;
    await using db = connectV3(target);
    const shelf = db.shelf(freshName());
    await shelf.putMany([1, 2, 3].map((n) => ({ key: `k${n}`, data: n })));
    const failsOnThird = pythonExpression("lambda it: it[1] + 10 if it[1] < 3 else 1 / 0");
    const run = db.transaction(async (tx) => {
      await tx
        .shelf(shelf.name)
        .all()
        .edit(failsOnThird)
        .catch(() => undefined);
      await tx.shelf(shelf.name).put("later", 1);
    });
    await assert.rejects(run, /Cannot commit: edit failed and may have written a part, all was rolled back/);
    await assert.rejects(shelf.all().edit(failsOnThird), /division by zero/);
    assert.deepEqual(
      (await shelf.toArray()).map(({ data }) => data),
      [1, 2, 3],
    );
  });

  suite("a read transaction sees one moment, waits for no writer and may not write", async () => {
    await using db = connectV3(target);
    const shelf = db.shelf(freshName());
    await shelf.put("a", 1);
    const readOnce = async (): Promise<void> => {
      await db.transaction(
        async (tx) => {
          assert.equal((await tx.shelf(shelf.name).get("a"))?.data, 1);
          await shelf.put("a", 2);
          assert.equal((await tx.shelf(shelf.name).get("a"))?.data, 1);
          assert.equal(await tx.shelf(freshName()).count(), 0);
          await assert.rejects(tx.shelf(shelf.name).put("a", 3), /Permission denied/);
        },
        { mode: "read" },
      );
    };
    await assert.rejects(readOnce(), /Cannot commit: put failed/);
    assert.equal((await shelf.get("a"))?.data, 2);
  });

  suite("waiting for another client's writer ends with the signal and with the time", async () => {
    await using one = connectV3(target);
    await using other = connectV3(target);
    const name = freshName();
    const controller = new AbortController();
    await one.transaction(async (tx) => {
      await tx.shelf(name).put("a", 1);
      await assert.rejects(other.shelf(name).all().update({ n: 1 }, { timeoutMs: 50 }), {
        name: "ConnectError",
        code: 4,
      });
      const waiting = other.transaction(async () => assert.fail("it got a turn"), { signal: controller.signal });
      controller.abort(new Error("enough"));
      await assert.rejects(waiting, /enough/);
      await assert.rejects(other.shelf(name).put("b", 1, { timeoutMs: 50 }), OutcomeUnknownError);
    });
    assert.equal(await other.shelf(name).count(), 1);
  });

  suite("a write through the client inside of its transaction is told why it waits", async () => {
    await using db = connectV3(target);
    const name = freshName();
    await db.transaction(async () => {
      await assert.rejects(db.shelf(name).put("a", 1, { timeoutMs: 50 }), /inside of a transaction, write through it/);
    });
  });

  suite("a signal that fires inside of a transaction rolls it back at once", async () => {
    await using db = connectV3(target);
    const shelf = db.shelf(freshName());
    const controller = new AbortController();
    const run = db.transaction(
      async (tx) => {
        await tx.shelf(shelf.name).put("a", 1);
        controller.abort(new Error("stop"));
        assert.equal(tx.signal.aborted, true);
        await assert.rejects(tx.shelf(shelf.name).put("b", 1));
        await new Promise(() => undefined); // never looks at the signal
      },
      { signal: controller.signal },
    );
    await assert.rejects(run, /stop/);
    assert.equal(await shelf.exists(), false);
  });

  suite("a transaction that has ended takes nothing more", async () => {
    await using db = connectV3(target);
    const tx = await db.transaction(async (open) => open);
    await assert.rejects(tx.shelf("late").put("a", 1), /the transaction has ended/);
  });

  suite("what was not waited for is a part of the transaction", async () => {
    await using db = connectV3(target);
    const name = freshName();
    await db.transaction(async (tx) => {
      void tx.shelf(name).put("a", 1);
      void tx.shelf(name).put("b", 1);
      await tx.shelf(name).count();
    });
    assert.equal(await db.shelf(name).count(), 2);
    const slow = z.object({ n: z.number().refine(async () => await nextTurn(true)) });
    await db.transaction(async (tx) => {
      void tx.shelf(name, { data: slow }).put("c", { n: 1 });
    });
    assert.equal(await db.shelf(name).count(), 3);
  });

  suite("close() ends what is under way and everything later", async () => {
    const db = connectV3(target);
    const shelf = db.shelf(freshName());
    const run = db.transaction(async (tx) => {
      await tx.shelf(shelf.name).put("a", 1);
      await db.close();
      await new Promise(() => undefined);
    });
    await assert.rejects(run, { kind: "client-closed" });
    await assert.rejects(shelf.count(), { kind: "client-closed" });
    await db.close();
    await using again = connectV3(target);
    assert.equal(await again.shelf(shelf.name).exists(), false);
  });
}
