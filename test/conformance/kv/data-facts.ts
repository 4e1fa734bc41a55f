import assert from "node:assert/strict";
import { connectTo, type Fact, freshPrefix, type KvTarget } from "../kv-target.js";

/** Single keys: get, put, delete. */
export function dataFacts(target: KvTarget, fact: Fact): void {
  fact("put then get gives the value back", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    await kv.put(key, "Alice");
    const entry = await kv.get(key);
    assert.equal(entry?.key, key);
    assert.equal(entry?.text(), "Alice");
  });

  fact("get of a missing key is undefined", async () => {
    await using kv = connectTo(target);
    assert.equal(await kv.get(freshPrefix()), undefined);
  });

  fact("put overwrites", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    await kv.put(key, "one");
    await kv.put(key, "two");
    assert.equal((await kv.get(key))?.text(), "two");
  });

  fact("delete removes a key, and deleting a missing one is no error", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    await kv.put(key, "gone soon");
    await kv.delete(key);
    assert.equal(await kv.get(key), undefined);
    await kv.delete(key);
  });

  fact("keys and values of any bytes come back as they went", async () => {
    await using kv = connectTo(target);
    const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const key = Buffer.concat([Buffer.from(freshPrefix()), everyByte]);
    await kv.put(key, everyByte);
    const entry = await kv.get(key);
    assert.deepEqual(Buffer.from(entry?.bytes ?? []), Buffer.from(everyByte));
    const [scanned] = await kv.scan(key).toArray();
    assert.deepEqual(Buffer.from(scanned?.keyBytes ?? []), key);
    assert.throws(() => scanned?.key, TypeError);
  });

  fact("an empty value is a value", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    await kv.put(key, "");
    assert.equal((await kv.get(key))?.text(), "");
  });

  fact("a value of 3 MiB comes back as it went", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    const value = new Uint8Array(3 * 1024 * 1024).fill(7);
    await kv.put(key, value);
    assert.deepEqual((await kv.get(key))?.bytes, value);
    await kv.delete(key);
  });

  fact("an empty value is found by a scan", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    await kv.put(key, "");
    const [entry] = await kv.scan(key).toArray();
    assert.equal(entry?.key, key);
    assert.equal(entry?.bytes.length, 0);
  });

  fact("the empty key is a key", async () => {
    await using kv = connectTo(target);
    await kv.put("", "value of the empty key");
    assert.equal((await kv.get(new Uint8Array()))?.text(), "value of the empty key");
    await kv.delete("");
    assert.equal(await kv.get(""), undefined);
  });

  fact("a message of exactly 4 MiB is taken, and a longer one refused before it is sent", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    const framingBytes = 2 + key.length + 5;
    const value = new Uint8Array(4_194_304 - framingBytes);
    await kv.put(key, value);
    await kv.delete(key);
    await assert.rejects(kv.put(key, new Uint8Array(value.length + 1)), RangeError);
    assert.equal(await kv.get(key), undefined);
  });

  fact("commit timestamps grow, and a snapshot shows what was there", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    await using holding = await kv.begin(); // a server need not keep what no transaction sees
    const { commitTimestamp: first } = await kv.put(key, "old");
    const { commitTimestamp: second } = await kv.put(key, "new");
    const { commitTimestamp: third } = await kv.delete(key);
    assert.ok(first >= 2n && second > first && third > second);
    const valueAt = async (snapshotTimestamp: bigint) => (await kv.get(key, { snapshotTimestamp }))?.text();
    assert.equal(await valueAt(holding.startTimestamp), undefined);
    assert.equal(await valueAt(first), "old");
    assert.equal(await valueAt(second), "new");
    assert.equal(await valueAt(third), undefined);
  });
}
