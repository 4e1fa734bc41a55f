import assert from "node:assert/strict";
import { test } from "node:test";
import { connectShelf, ShelfServerError, where } from "@pumice/shelf-client";
import { queryRequest, readError, step } from "@pumice/shelf-client/wire";
import { askV2 } from "../support/ask-shelf-v2.js";
import { connectV2, documents, freshName, type ShelfTarget } from "./shelf-target.js";

/** What only the second generation does. */
export function shelfV2Suite(target: ShelfTarget): void {
  const suite = (fact: string, run: () => Promise<void>) => test(`shelf v2 on ${target.name}: ${fact}`, run);
  const keysOf = (items: readonly { readonly key: string }[]): string => items.map(({ key }) => key).join(" ");

  suite("the client finds out the protocol, and says when it is another one", async () => {
    await using auto = connectShelf(target.url);
    assert.deepEqual(await auto.ready(), { protocol: 2 });
    await using wrong = connectShelf(target.url, { protocol: 3 });
    await assert.rejects(wrong.ready(), /the server speaks protocol 2, 3 was asked for/);
  });

  suite("keysIn gives items in its own order, and narrows what a query selects", async () => {
    await using db = connectV2(target);
    const shelf = db.shelf(freshName());
    await shelf.putMany(Object.entries(documents).map(([key, data]) => ({ key, data })));
    assert.equal(keysOf(await shelf.keysIn(["c", "nope", "a", "c"]).toArray()), "c a c");
    assert.equal(keysOf(await shelf.filter(where("n").gt(3)).key("d").toArray()), "d");
    assert.equal(keysOf(await shelf.keysIn(["c", "a", "b"]).keyRange("a", "c").toArray()), "a b");
    assert.equal(keysOf(await shelf.slice(0, 3).keysIn(["c", "nope", "a", "c", "d"]).toArray()), "a c");
    assert.equal(await shelf.keysIn(["c", "a"]).keysIn([]).count(), 0);
  });

  suite("a batch of reads on a shelf that nobody has touched fails with the server's type", async () => {
    await using db = connectV2(target);
    const never = db.batch((batch) => [batch.shelf(freshName()).count()]);
    await assert.rejects(never, (error) => error instanceof ShelfServerError && error.serverType === "ReadonlyError");
  });

  suite("a step that writes in a transaction with write: false is refused by the server", async () => {
    const put = step("put", "note-1", { title: "ShelfDB" });
    const shelf = freshName();
    assert.equal(await askV2(target.url, queryRequest(shelf, [step("count")])), 0); // which makes the shelf
    const asPrinted = { type: "transaction", write: false, txs: [{ shelf, queries: [put] }] } as const;
    assert.deepEqual(readError(await askV2(target.url, asPrinted)), {
      type: "RuntimeError",
      message: "`put()` requires write=True transaction.",
    });
  });

  suite("an unknown operation is an error by name", async () => {
    assert.deepEqual(readError(await askV2(target.url, queryRequest(freshName(), [step("nope")]))), {
      type: "ValueError",
      message: "Unsupported query op: nope",
    });
  });
}
