import assert from "node:assert/strict";
import { NotFoundError } from "@pumice/ledger-client";
import { connectTo, type Fact, freshPrefix, type LedgerTarget } from "../ledger-target.js";

/** Reads of single keys and of transactions. */
export function readFacts(target: LedgerTarget, fact: Fact): void {
  fact("set then get gives the value back, with its transaction and revision", async () => {
    await using ledger = connectTo(target);
    const key = freshPrefix();
    const { txId, entryCount, timestamp } = await ledger.set(key, '{"paid":true}');
    const entry = await ledger.get(key);
    assert.equal(entry?.key, key);
    assert.equal(entry?.text(), '{"paid":true}');
    assert.deepEqual(entry?.json(), { paid: true });
    assert.equal(entry?.txId, txId);
    assert.equal(entry?.revision, 1n);
    assert.equal(entry?.expiresAt, undefined);
    assert.equal(entryCount, 1);
    assert.ok(Math.abs(timestamp.getTime() - Date.now()) < 60_000);
  });

  fact("keys and values of any bytes come back as they went", async () => {
    await using ledger = connectTo(target);
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const key = Buffer.concat([Buffer.from(freshPrefix()), everyByte]);
    await ledger.set(key, everyByte);
    const entry = await ledger.get(key);
    assert.deepEqual(entry?.bytes, everyByte);
    assert.deepEqual(Buffer.from(entry?.keyBytes ?? []), key);
    assert.throws(() => entry?.key, TypeError);
    assert.throws(() => entry?.text(), TypeError);
  });

  fact("get selects a version by transaction and by revision", async () => {
    await using ledger = connectTo(target);
    const key = freshPrefix();
    const one = await ledger.set(key, "one");
    await ledger.set(key, "two");
    const three = await ledger.set(key, "three");
    assert.equal((await ledger.get(key, { atTx: one.txId }))?.text(), "one");
    assert.equal((await ledger.get(key, { sinceTx: three.txId }))?.text(), "three");
    assert.equal((await ledger.get(key, { atRevision: 2n }))?.text(), "two");
    assert.equal((await ledger.get(key, { atRevision: -2n }))?.text(), "one");
    assert.equal(await ledger.get(key, { atRevision: 4n }), undefined);
    assert.equal(await ledger.get(freshPrefix(), { atTx: one.txId }), undefined);
    assert.equal(await ledger.get(key, { atTx: 2n ** 40n }), undefined);
  });

  fact("a missing, deleted or expired key is undefined", async () => {
    await using ledger = connectTo(target);
    const key = freshPrefix();
    assert.equal(await ledger.get(key), undefined);
    await ledger.set(key, "value");
    await ledger.delete(key);
    assert.equal(await ledger.get(key), undefined);
    await ledger.set(key, "value", { expiresAt: new Date(1000) });
    assert.equal(await ledger.get(key), undefined);
  });

  fact("getAll gives a map in the order asked, with undefined for what is missing", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    await ledger.setAll({ [`${at}a`]: "1", [`${at}b`]: "2" });
    await ledger.setReference({ key: `${at}r`, target: `${at}a` });
    const found = await ledger.getAll([`${at}r`, `${at}b`, `${at}missing`, `${at}a`]);
    assert.deepEqual(
      [...found].map(([key, entry]) => [key.slice(at.length), entry?.text()]),
      [
        ["r", "1"],
        ["b", "2"],
        ["missing", undefined],
        ["a", "1"],
      ],
    );
    assert.equal((await ledger.getAll([])).size, 0);
  });

  fact("getAll with required throws, and lists what is missing", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    await ledger.set(`${at}a`, "1");
    const missing = ledger.getAll([`${at}a`, `${at}b`, Buffer.from([255])], { required: true });
    await assert.rejects(missing, (error) => {
      assert.ok(error instanceof NotFoundError);
      assert.match(error.rawMessage, /2 of 3 keys are missing: ".*:b", 0xff$/);
      return true;
    });
  });

  fact("a transaction shows all that it wrote", async () => {
    await using ledger = connectTo(target);
    const at = freshPrefix();
    const expiresAt = new Date(Date.UTC(2100, 0));
    const { txId } = await ledger.execAll([
      { set: [`${at}a`, "1"], expiresAt },
      { setReference: { key: `${at}r`, target: `${at}a` } },
      { zAdd: { set: `${at}s`, score: 2.5, key: `${at}a` } },
    ]);
    const transaction = await ledger.txById(txId);
    assert.equal(transaction?.txId, txId);
    const bytes = (text: string) => new TextEncoder().encode(at + text);
    assert.deepEqual(transaction?.entries, [
      { kind: "value", key: bytes("a"), value: Uint8Array.of(49), expiresAt },
      { kind: "reference", key: bytes("r"), target: bytes("a"), atTx: undefined },
      { kind: "element", set: bytes("s"), score: 2.5, key: bytes("a"), atTx: undefined },
    ]);
    const deletion = await ledger.delete(`${at}a`);
    const [entry] = (await ledger.txById(deletion.txId))?.entries ?? [];
    assert.deepEqual(entry, { kind: "deletion", key: bytes("a") });
    assert.equal(await ledger.txById(2n ** 40n), undefined);
  });
}
