import assert from "node:assert/strict";
import { memoryStateStore, VerificationError } from "@pumice/ledger-client";
import { connectTo, connectToEmpty, type Fact, freshPrefix, type LedgerTarget } from "../ledger-target.js";

/** Calls that are proven. */
export function verifiedFacts(target: LedgerTarget, fact: Fact): void {
  fact("verifiedSet and verifiedGet prove what is in the ledger, and the trusted state moves along", async () => {
    await using ledger = connectTo(target);
    const key = freshPrefix();
    const before = await ledger.trustedState();
    const commit = await ledger.verifiedSet(key, "value");
    assert.equal(commit.verified, true);
    assert.ok(commit.txId > before.txId);
    assert.equal((await ledger.trustedState()).txId, commit.txId);
    const entry = await ledger.verifiedGet(key);
    assert.equal(entry?.verified, true);
    assert.equal(entry?.key, key);
    assert.equal(entry?.text(), "value");
    assert.equal(entry?.txId, commit.txId);
    assert.deepEqual(entry?.timestamp, commit.timestamp);
    assert.equal(entry?.referencedBy, undefined);
    assert.ok(!("revision" in (entry ?? {})), "no proof covers a revision's number");
  });

  fact("verifiedGet proves every version that can be selected", async () => {
    await using ledger = connectTo(target);
    const key = freshPrefix();
    const one = await ledger.set(key, "one");
    await ledger.set(key, "two");
    const three = await ledger.verifiedSet(key, "three");
    assert.equal((await ledger.verifiedGet(key, { atTx: one.txId }))?.text(), "one");
    assert.equal((await ledger.verifiedGet(key, { atRevision: 2n }))?.text(), "two");
    assert.equal((await ledger.verifiedGet(key, { atRevision: -1n }))?.text(), "two");
    assert.equal((await ledger.verifiedGet(key, { sinceTx: three.txId }))?.text(), "three");
    assert.equal((await ledger.trustedState()).txId, three.txId, "older versions do not move what is trusted");
  });

  fact("verifiedGet of what is missing is undefined", async () => {
    await using ledger = connectTo(target);
    const key = freshPrefix();
    assert.equal(await ledger.verifiedGet(key), undefined);
    await ledger.set(key, "value");
    await ledger.delete(key);
    assert.equal(await ledger.verifiedGet(key), undefined);
    assert.equal(await ledger.verifiedTxById(2n ** 40n), undefined);
  });

  fact("verifiedGet proves the value behind a reference too", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    const one = await ledger.set(`${at}target`, "one");
    const free = await ledger.verifiedSetReference({ key: `${at}free`, target: `${at}target` });
    await ledger.verifiedSetReference({ key: `${at}bound`, target: `${at}target`, atTx: one.txId });
    const two = await ledger.verifiedSet(`${at}target`, "two");
    const entry = await ledger.verifiedGet(`${at}free`);
    assert.equal(entry?.text(), "two");
    assert.equal(entry?.key, `${at}target`);
    assert.equal(entry?.txId, two.txId);
    assert.equal(entry?.referencedBy?.key, `${at}free`);
    assert.equal(entry?.referencedBy?.txId, free.txId);
    const bound = await ledger.verifiedGet(`${at}bound`);
    assert.equal(bound?.text(), "one");
    assert.equal(bound?.referencedBy?.atTx, one.txId);
  });

  fact("verifiedSetAll and verifiedZAdd prove what they write", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    const all = await ledger.verifiedSetAll({ [`${at}a`]: "1", [`${at}b`]: "2", [`${at}c`]: "3" });
    assert.equal(all.entryCount, 3);
    const added = await ledger.verifiedZAdd({ set: at, score: 1.5, key: `${at}a` });
    const bound = await ledger.verifiedZAdd({ set: at, score: 2.5, key: `${at}b`, atTx: all.txId });
    assert.deepEqual(
      (await ledger.zscan(at).toArray()).map(({ score }) => score),
      [1.5, 2.5],
    );
    assert.equal(bound.txId, added.txId + 1n);
  });

  fact("a plain write can be proven later, by its transaction", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    const { txId } = await ledger.execAll([{ set: [`${at}a`, "1"] }, { zAdd: { set: at, score: 1, key: `${at}a` } }]);
    await ledger.verifiedSet(at, "something newer");
    const transaction = await ledger.verifiedTxById(txId);
    assert.equal(transaction?.verified, true);
    assert.equal(transaction?.holds(`${at}a`, "1"), true);
    assert.equal(transaction?.holds(`${at}a`, "2"), false);
    assert.equal(transaction?.holds(`${at}b`, "1"), false);
    assert.deepEqual(
      transaction?.entries.map(({ kind }) => kind),
      ["key", "element"],
    );
    const deletion = await ledger.delete(`${at}a`);
    assert.equal((await ledger.verifiedTxById(deletion.txId))?.entries[0]?.kind, "deletion");
  });

  fact("concurrent verified writes and reads all hold, and the last transaction is trusted", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    const commits = await Promise.all(
      Array.from({ length: 20 }, (_, index) => ledger.verifiedSet(`${at}${index}`, String(index))),
    );
    const last = commits.map(({ txId }) => txId).reduce((a, b) => (a > b ? a : b));
    assert.ok((await ledger.trustedState()).txId >= last);
    const entries = await Promise.all(commits.map((_, index) => ledger.verifiedGet(`${at}${index}`)));
    assert.deepEqual(
      entries.map((entry) => entry?.text()),
      commits.map((_, index) => String(index)),
    );
  });

  fact("an empty database is trusted from its first transaction on", async () => {
    await using ledger = await connectToEmpty(target);
    assert.equal((await ledger.trustedState()).txId, 0n);
    assert.equal(await ledger.verifiedGet("missing"), undefined);
    assert.equal((await ledger.verifiedSet("key", "value")).txId, 1n);
    assert.equal((await ledger.verifiedGet("key"))?.text(), "value");
    assert.equal((await ledger.trustedState()).txId, 1n);
  });

  fact("another client goes on from what a store holds, and another history is refused", async () => {
    const stateStore = memoryStateStore();
    await using first = await connectToEmpty(target, { stateStore });
    await first.verifiedSet("key", "one");
    const { database } = first;
    await using second = connectTo(target, { stateStore, database });
    await second.verifiedSet("key", "two");
    const { serverUuid } = await second.ready();
    const trusted = await second.trustedState();
    assert.deepEqual(await stateStore.get({ serverUuid, database }), trusted);

    await stateStore.set({ serverUuid, database }, { txId: trusted.txId, txHash: new Uint8Array(32).fill(1) });
    await using third = connectTo(target, { stateStore, database });
    const refused = (error: unknown) => error instanceof VerificationError;
    await assert.rejects(third.verifiedGet("key"), refused);
    await assert.rejects(third.verifiedSet("key", "three"), refused);
    assert.deepEqual((await third.trustedState()).txHash, new Uint8Array(32).fill(1));
  });
}
