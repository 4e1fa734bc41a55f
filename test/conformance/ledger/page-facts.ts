import assert from "node:assert/strict";
import type { LedgerElement, LedgerEntry } from "@pumice/ledger-client";
import { connectTo, connectToEmpty, type Fact, freshPrefix, type LedgerTarget } from "../ledger-target.js";

/** What comes in pages. */
export function pageFacts(target: LedgerTarget, fact: Fact): void {
  fact("scan gives the keys of a prefix in order, from and to where it is told, both ways", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    await ledger.setAll(["a", "b", "c", "d"].map((name) => [at + name, name] as const));
    const names = (entries: LedgerEntry[]) => entries.map((entry) => entry.text()).join("");
    assert.equal(names(await ledger.scan(at).toArray()), "abcd");
    assert.equal(names(await ledger.scan(at, { desc: true }).toArray()), "dcba");
    assert.equal(names(await ledger.scan(at, { limit: 2 }).toArray()), "ab");
    assert.equal(names(await ledger.scan(at, { limit: 0 }).toArray()), "");
    assert.equal(names(await ledger.scan(at, { from: `${at}b`, to: `${at}d` }).toArray()), "bc");
    assert.equal(names(await ledger.scan(at, { from: `${at}c`, to: `${at}a`, desc: true }).toArray()), "cb");
    assert.equal(names(await ledger.scan(freshPrefix()).toArray()), "");
  });

  fact("scan goes on past references whose target is gone", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    await ledger.setAll({ [`${at}gone`]: "1", [`${at}z`]: "2" });
    await ledger.setReference({ key: `${at}a`, target: `${at}z` });
    await ledger.setReference({ key: `${at}b`, target: `${at}gone` });
    await ledger.delete(`${at}gone`);
    const entries = await ledger.scan(at).toArray();
    assert.deepEqual(
      entries.map(({ key, referencedBy }) => (referencedBy?.key ?? key).slice(at.length)),
      ["a", "z"],
    );
  });

  fact("scan and zscan with a limit find what comes behind more dead references and elements than that", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    await ledger.setAll({ [`${at}gone`]: "1", [`${at}z`]: "2", [`${at}zz`]: "3" });
    for (const [score, name] of ["a", "b", "c"].entries()) {
      await ledger.setReference({ key: at + name, target: `${at}gone` });
      await ledger.zAdd({ set: at, score, key: `${at}gone` });
    }
    await ledger.zAdd({ set: at, score: 9, key: `${at}z` });
    await ledger.zAdd({ set: at, score: 10, key: `${at}zz` });
    await ledger.delete(`${at}gone`);
    for (const limit of [1, 2]) {
      const entries = await ledger.scan(at, { limit }).toArray();
      assert.deepEqual(
        entries.map((entry) => entry.text()),
        ["2", "3"].slice(0, limit),
      );
      const elements = await ledger.zscan(at, { limit }).toArray();
      assert.deepEqual(
        elements.map(({ score }) => score),
        [9, 10].slice(0, limit),
      );
    }
  });

  fact("scan fetches page after page past 2,500 results, and txScan shows what wrote them", async () => {
    await using ledger = await connectToEmpty(target);
    const keys = Array.from({ length: 2600 }, (_, index) => `k${String(index).padStart(4, "0")}`);
    for (let start = 0; start < keys.length; start += 1000) {
      await ledger.setAll(keys.slice(start, start + 1000).map((key) => [key, key] as const));
    }
    let seen = 0;
    for await (const entry of ledger.scan("k")) assert.equal(entry.key, keys[seen++]);
    assert.equal(seen, 2600);
    assert.equal((await ledger.scan("k", { limit: 2550, desc: true }).toArray()).at(-1)?.key, "k0050");
    assert.equal(await ledger.count("k"), 2600n);
    assert.equal(await ledger.count(), 2600n);
    const transactions = await ledger.txScan().toArray();
    assert.deepEqual(
      transactions.map(({ txId, entries }) => [txId, entries.length]),
      [
        [1n, 1000],
        [2n, 1000],
        [3n, 600],
      ],
    );
    assert.deepEqual(
      (await ledger.txScan({ desc: true, limit: 2 }).toArray()).map(({ txId }) => txId),
      [3n, 2n],
    );
    assert.deepEqual(
      (await ledger.txScan({ from: 2n }).toArray()).map(({ txId }) => txId),
      [2n, 3n],
    );
  });

  fact("txScan of an empty database gives nothing, both ways", async () => {
    await using ledger = await connectToEmpty(target);
    assert.deepEqual(await ledger.txScan().toArray(), []);
    assert.deepEqual(await ledger.txScan({ desc: true }).toArray(), []);
    assert.equal(await ledger.count(), 0n);
  });

  fact("history shows every version, deletions and expired ones too", async () => {
    await using ledger = connectTo(target);
    const key = freshPrefix();
    await ledger.set(key, "one");
    await ledger.delete(key);
    await ledger.set(key, "three", { expiresAt: new Date(1000) });
    const versions = await ledger.history(key).toArray();
    assert.deepEqual(
      versions.map(({ revision, deleted, expired }) => ({ revision, deleted, expired })),
      [
        { revision: 1n, deleted: false, expired: false },
        { revision: 2n, deleted: true, expired: false },
        { revision: 3n, deleted: false, expired: true },
      ],
    );
    assert.equal(versions[0]?.text(), "one");
    assert.equal((await ledger.history(key, { desc: true, limit: 1 }).toArray())[0]?.revision, 3n);
    assert.equal((await ledger.history(key, { offset: 1 }).toArray()).length, 2);
    assert.deepEqual(await ledger.history(key, { offset: 3 }).toArray(), []);
    assert.deepEqual(await ledger.history(key, { offset: 4 }).toArray(), []);
    assert.deepEqual(await ledger.history(freshPrefix()).toArray(), []);
  });

  fact("zscan gives a sorted set by score, with both bounds included, both ways", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    await ledger.setAll({ [`${at}a`]: "a", [`${at}b`]: "b", [`${at}c`]: "c" });
    const scores: [string, number][] = [
      ["b", 2],
      ["a", 0],
      ["c", 10.5],
      ["a", 2],
    ];
    for (const [name, score] of scores) await ledger.zAdd({ set: at, score, key: at + name });
    const found = (elements: LedgerElement[]) =>
      elements.map(({ score, entry }) => `${entry.text()}${score}`).join(" ");
    assert.equal(found(await ledger.zscan(at).toArray()), "a0 a2 b2 c10.5");
    assert.equal(found(await ledger.zscan(at, { desc: true }).toArray()), "c10.5 b2 a2 a0");
    assert.equal(found(await ledger.zscan(at, { minScore: 2, maxScore: 2 }).toArray()), "a2 b2");
    assert.equal(found(await ledger.zscan(at, { minScore: 0, maxScore: 2, desc: true }).toArray()), "b2 a2 a0");
    assert.equal(found(await ledger.zscan(at, { limit: 3 }).toArray()), "a0 a2 b2");
    assert.deepEqual(await ledger.zscan(freshPrefix()).toArray(), []);
  });

  fact("an element that is bound to a version keeps it", async () => {
    await using ledger = connectTo(target);
    const key = freshPrefix();
    const { txId } = await ledger.set(key, "one");
    await ledger.zAdd({ set: key, score: 1, key, atTx: txId });
    await ledger.set(key, "two");
    const [element] = await ledger.zscan(key).toArray();
    assert.equal(element?.entry.text(), "one");
    assert.equal(element?.atTx, txId);
  });

  fact("an aborted page ends the loop", async () => {
    await using ledger = connectTo(target);
    const controller = new AbortController();
    controller.abort();
    await assert.rejects(ledger.scan("", { signal: controller.signal }).toArray(), { name: "ConnectError", code: 1 });
  });
}
