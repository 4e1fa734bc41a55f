import assert from "node:assert/strict";
import { Code } from "@connectrpc/connect";
import { ConflictError, NotFoundError, PumiceError } from "@pumice/ledger-client";
import { connectTo, type Fact, freshPrefix, type LedgerTarget } from "../ledger-target.js";

/** Writes, references, sorted sets, conditions. */
export function writeFacts(target: LedgerTarget, fact: Fact): void {
  fact("setAll takes an object, a Map and pairs, in one transaction each", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    const pairs = [[`${at}c`, "3"] as const, [Buffer.from(`${at}d`), Buffer.from("4")] as const];
    assert.equal((await ledger.setAll({ [`${at}a`]: "1" })).entryCount, 1);
    assert.equal((await ledger.setAll(new Map([[`${at}b`, "2"]]))).entryCount, 1);
    assert.equal((await ledger.setAll(pairs)).entryCount, 2);
    const entries = await ledger.scan(at).toArray();
    assert.deepEqual(
      entries.map((entry) => entry.text()),
      ["1", "2", "3", "4"],
    );
  });

  fact("an empty value is a value", async () => {
    await using ledger = connectTo(target);
    const key = freshPrefix();
    await ledger.set(key, "");
    assert.equal((await ledger.get(key))?.text(), "");
    assert.equal((await ledger.verifiedGet(key))?.text(), "");
  });

  fact("delete takes one key or a list, and refuses all if one is missing", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    await ledger.setAll({ [`${at}a`]: "1", [`${at}b`]: "2" });
    await assert.rejects(ledger.delete([`${at}a`, `${at}missing`]), NotFoundError);
    assert.equal((await ledger.get(`${at}a`))?.text(), "1");
    assert.equal((await ledger.delete([`${at}a`, `${at}b`])).entryCount, 2);
    assert.deepEqual(await ledger.scan(at).toArray(), []);
    await assert.rejects(ledger.delete(`${at}a`), NotFoundError);
  });

  fact("a value that is not indexed is found by its transaction alone", async () => {
    await using ledger = connectTo(target);
    const key = freshPrefix();
    const { txId } = await ledger.set(key, "hidden", { nonIndexable: true });
    assert.equal(await ledger.get(key), undefined);
    assert.equal((await ledger.get(key, { atTx: txId }))?.text(), "hidden");
    assert.equal((await ledger.verifiedGet(key, { atTx: txId }))?.text(), "hidden");
  });

  fact("an expiry is kept in whole seconds", async () => {
    await using ledger = connectTo(target);
    const key = freshPrefix();
    await ledger.verifiedSet(key, "value", { expiresAt: new Date(Date.UTC(2100, 0) + 999) });
    assert.deepEqual((await ledger.get(key))?.expiresAt, new Date(Date.UTC(2100, 0)));
    assert.deepEqual((await ledger.verifiedGet(key))?.expiresAt, new Date(Date.UTC(2100, 0)));
  });

  fact("preconditions hold a write back, with a ConflictError", async () => {
    await using ledger = connectTo(target);
    const key = freshPrefix();
    const isNew = { preconditions: [{ keyMustNotExist: key }] };
    const { txId } = await ledger.set(key, "one", isNew);
    const refused = (error: unknown) => error instanceof ConflictError && error.code === Code.FailedPrecondition;
    await assert.rejects(ledger.set(key, "two", isNew), refused);
    await assert.rejects(ledger.verifiedSet(key, "two", isNew), refused);
    const unchanged = { preconditions: [{ keyMustExist: key }, { keyNotModifiedAfterTx: { key, txId } }] };
    await ledger.verifiedSet(key, "two", unchanged);
    await assert.rejects(ledger.execAll([{ set: [key, "three"] }], unchanged), refused);
    assert.equal((await ledger.get(key))?.text(), "two");
  });

  fact("a reference follows its target, unless it is bound to a version", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    const [target_, free, bound] = [`${at}target`, `${at}free`, `${at}bound`];
    const one = await ledger.set(target_, "one");
    const reference = await ledger.setReference({ key: free, target: target_ });
    await ledger.setReference({ key: bound, target: target_, atTx: one.txId });
    await ledger.set(target_, "two");
    const entry = await ledger.get(free);
    assert.equal(entry?.text(), "two");
    assert.equal(entry?.key, target_);
    assert.equal(entry?.referencedBy?.key, free);
    assert.equal(entry?.referencedBy?.txId, reference.txId);
    assert.equal((await ledger.get(bound))?.text(), "one");
    assert.equal((await ledger.get(bound))?.referencedBy?.atTx, one.txId);
  });

  fact("a reference to a missing key, to a reference, or over a value is refused", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    await ledger.set(`${at}a`, "1");
    await ledger.setReference({ key: `${at}r`, target: `${at}a` });
    await assert.rejects(ledger.setReference({ key: `${at}x`, target: `${at}missing` }), NotFoundError);
    const failed = (error: unknown) => error instanceof PumiceError && error.code === Code.FailedPrecondition;
    await assert.rejects(ledger.setReference({ key: `${at}x`, target: `${at}r` }), failed);
    await ledger.set(`${at}b`, "2");
    await assert.rejects(ledger.setReference({ key: `${at}b`, target: `${at}a` }), failed);
  });
}
