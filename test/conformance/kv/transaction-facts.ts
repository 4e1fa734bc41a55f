import assert from "node:assert/strict";
import { ConflictError, json, NotFoundError, TransactionConflictError } from "@pumice/kv-client";
import { connectTo, type Fact, freshPrefix, type KvTarget, stubsOf } from "../kv-target.js";

/** Transactions. */
export function transactionFacts(target: KvTarget, fact: Fact): void {
  fact("a transaction applies its writes together, and gives its function's result", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    await kv.put(`${prefix}balance`, "100");
    await kv.put(`${prefix}temp`, "x");
    const total = await kv.transaction(async (txn) => {
      const balance = Number((await txn.get(`${prefix}balance`))?.text() ?? 0);
      txn.put(`${prefix}balance`, String(balance + 100));
      txn.delete(`${prefix}temp`);
      assert.equal((await kv.get(`${prefix}balance`))?.text(), "100");
      return balance + 100;
    });
    assert.equal(total, 200);
    assert.equal((await kv.get(`${prefix}balance`))?.text(), "200");
    assert.equal(await kv.get(`${prefix}temp`), undefined);
  });

  fact("a transaction reads its snapshot and its own writes", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    await kv.put(`${prefix}a`, "old");
    await kv.put(`${prefix}b`, "old");
    await kv.transaction(async (txn) => {
      await kv.put(`${prefix}a`, "new");
      await kv.put(`${prefix}c`, "new");
      assert.equal((await txn.get(`${prefix}a`))?.text(), "old");
      assert.equal(await txn.get(`${prefix}c`), undefined);
      txn.put(`${prefix}d`, "own");
      txn.put(`${prefix}e`, "");
      txn.delete(`${prefix}b`);
      assert.equal((await txn.get(`${prefix}d`))?.text(), "own");
      assert.equal((await txn.get(`${prefix}e`))?.text(), "");
      assert.equal(await txn.get(`${prefix}b`), undefined);
    });
  });

  fact("a scan in a transaction yields the latest committed state, its own writes laid over in order", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    for (const key of ["b", "d", "f"]) await kv.put(prefix + key, "committed");
    const found = await kv.transaction(async (txn) => {
      await kv.put(`${prefix}e`, "committed since");
      txn.put(`${prefix}a`, "own");
      txn.put(`${prefix}d`, "own");
      txn.delete(`${prefix}b`);
      txn.put(`${prefix}g`, "own");
      txn.delete(`${prefix}nothing`);
      const limited = await txn.scan(prefix, { limit: 2 }).toArray();
      assert.deepEqual(
        limited.map(({ key }) => key),
        [`${prefix}a`, `${prefix}d`],
      );
      return txn.scan(prefix).toArray();
    });
    assert.deepEqual(
      found.map((entry) => [entry.key.slice(prefix.length), entry.text()]),
      [
        ["a", "own"],
        ["d", "own"],
        ["e", "committed since"],
        ["f", "committed"],
        ["g", "own"],
      ],
    );
  });

  fact("a transaction that meets a conflict is run again from the start", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    const ids = new Set<string>();
    const told: number[] = [];
    const hooks: number[] = [];
    await kv.transaction(
      async (txn) => {
        ids.add(txn.id);
        txn.onCommit(() => void hooks.push(txn.attempt));
        const seen = Number((await txn.get(key))?.text() ?? 0);
        if (txn.attempt < 3) await kv.put(key, String(seen + 10));
        txn.put(key, String(seen + 1));
      },
      { onRetry: ({ attempt, error }) => void (error instanceof ConflictError && told.push(attempt)) },
    );
    assert.equal((await kv.get(key))?.text(), "21");
    assert.equal(ids.size, 3);
    assert.deepEqual(told, [1, 2]);
    assert.deepEqual(hooks, [3]);
  });

  fact("a transaction that meets a conflict every time tells all reasons", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    const losing = kv.transaction(
      async (txn) => {
        txn.put(key, "mine");
        await kv.put(key, `theirs ${txn.attempt}`);
      },
      { maxAttempts: 3 },
    );
    await assert.rejects(losing, (error) => {
      assert.ok(error instanceof TransactionConflictError);
      assert.equal(error.reasons.length, 3);
      return error.rpc === "scoriadb.ScoriaDB/CommitTxn";
    });
    assert.equal((await kv.get(key))?.text(), "theirs 3");
  });

  fact("concurrent transactions lose no update", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    const increment = () =>
      kv.transaction(async (txn) => txn.put(key, String(Number((await txn.get(key))?.text() ?? 0) + 1)), {
        maxAttempts: Number.POSITIVE_INFINITY,
      });
    await Promise.all(Array.from({ length: 8 }, increment));
    assert.equal((await kv.get(key))?.text(), "8");
  });

  fact("a function that throws commits nothing, and its error goes on unchanged", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    const reason = new Error("changed my mind");
    let id = "";
    const failed = kv.transaction((txn) => {
      id = txn.id;
      txn.put(key, "v");
      throw reason;
    });
    await assert.rejects(failed, (error) => error === reason);
    assert.equal(await kv.get(key), undefined);
    const { stub, headers } = await stubsOf(target);
    await assert.rejects(stub.rollbackTxn({ txnId: id }, { headers }), /not found/); // it is not open any more
  });

  fact("rollback() commits nothing, runs no hook, and the function's result is returned", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    const result = await kv.transaction(async (txn) => {
      txn.put(key, "v");
      txn.onCommit(() => assert.fail("the hook ran"));
      await txn.rollback();
      assert.throws(() => txn.put(key, "late"), /was rolled back already/);
      return "rolled back";
    });
    assert.equal(result, "rolled back");
    assert.equal(await kv.get(key), undefined);
  });

  fact("a transaction cannot be used after its end", async () => {
    await using kv = connectTo(target);
    const txn = await kv.transaction((open) => open);
    const family = txn.family("default", { value: json() });
    const isOver = /: transaction \S+ was committed already$/;
    await assert.rejects(txn.get("k"), isOver);
    assert.throws(() => txn.put("k", "v"), isOver);
    assert.throws(() => txn.delete("k"), isOver);
    assert.throws(() => txn.scan("k"), isOver);
    assert.throws(() => txn.onCommit(() => undefined), isOver);
    await assert.rejects(family.put("k", "v"), isOver);
    await assert.rejects(txn.rollback(), isOver);
  });

  fact("a transaction writes to typed families too, and its commit waits for their writes", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    await kv.transaction(async (txn) => {
      const numbers = txn.family("default", { value: json<number>() });
      await numbers.put(`${prefix}1`, 1);
      assert.equal((await numbers.get(`${prefix}1`))?.value, 1);
      void numbers.put(`${prefix}2`, 2);
      txn.family("default").put(`${prefix}3`, "3");
      await numbers.delete(`${prefix}none`);
    });
    assert.deepEqual(
      (await kv.scan(prefix).toArray()).map((entry) => entry.text()),
      ["1", "2", "3"],
    );
  });

  fact("a transaction takes writes up to a commit of 4 MiB, and refuses the one that is too much", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    await kv.transaction((txn) => {
      const mebibyte = new Uint8Array(1024 * 1024);
      txn.put(`${prefix}1`, mebibyte);
      assert.throws(() => txn.put(`${prefix}2`, new Uint8Array(3 * mebibyte.length)), RangeError);
      // Tag and length of: the id; then of an operation, its key and its value, of which the longer ones have one byte more.
      const framingBytes = 2 + (4 + 2 + 4) + (5 + 2 + 5);
      const rest = 4_194_304 - framingBytes - txn.id.length - 2 * `${prefix}1`.length - mebibyte.length;
      assert.throws(() => txn.put(`${prefix}2`, new Uint8Array(rest + 1)), RangeError);
      txn.put(`${prefix}2`, new Uint8Array(rest));
    });
    await kv.commit([{ delete: `${prefix}1` }, { delete: `${prefix}2` }]);
    assert.deepEqual(await kv.scan(prefix).toArray(), []);
  });

  fact("commit() applies a prepared list, of which the last write to a key counts", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    await kv.put(`${prefix}gone`, "x");
    await kv.commit([
      { put: [`${prefix}a`, "1"] },
      { put: [`${prefix}b`, "2"], family: "default" },
      { delete: `${prefix}gone` },
      { delete: `${prefix}never there` },
      { put: [`${prefix}a`, "3"] },
    ]);
    assert.deepEqual(
      (await kv.scan(prefix).toArray()).map((entry) => [entry.key.slice(prefix.length), entry.text()]),
      [
        ["a", "3"],
        ["b", "2"],
      ],
    );
    await kv.commit([]);
  });

  fact("begin(), commit() and rollback() are there to be called by hand", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    const first = await kv.begin();
    const second = await kv.begin();
    assert.ok(first.startTimestamp >= 1n);
    first.put(key, "first");
    second.put(key, "second");
    await first.commit();
    await assert.rejects(second.commit(), ConflictError);
    assert.equal((await kv.get(key))?.text(), "first");
    const third = await kv.begin();
    third.put(key, "third");
    await third.rollback();
    await assert.rejects(third.commit(), /was rolled back already/);
    {
      await using fourth = await kv.begin();
      fourth.put(key, "fourth");
    }
    assert.equal((await kv.get(key))?.text(), "first");
  });

  fact("an id commits once", async () => {
    const { stub, headers } = await stubsOf(target);
    await using kv = connectTo(target);
    const txn = await kv.begin();
    await txn.commit();
    await assert.rejects(txn.commit(), /was committed already/);
    const { txnId } = await stub.beginTxn({}, { headers });
    await stub.commitTxn({ txnId }, { headers });
    await assert.rejects(stub.commitTxn({ txnId }, { headers }), /transaction \S+ not found/);
  });

  fact("a transaction that the server has ended is a NotFoundError of its commit", async () => {
    const { stub, headers } = await stubsOf(target);
    await using kv = connectTo(target);
    const key = freshPrefix();
    const failed = kv.transaction(async (txn) => {
      txn.put(key, "v");
      await stub.rollbackTxn({ txnId: txn.id }, { headers });
    });
    await assert.rejects(failed, NotFoundError);
    assert.equal(await kv.get(key), undefined);
  });
}
