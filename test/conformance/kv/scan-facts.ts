import assert from "node:assert/strict";
import { connectTo, type Fact, freshPrefix, type KvTarget } from "../kv-target.js";

/** Scans. */
export function scanFacts(target: KvTarget, fact: Fact): void {
  fact("scan yields the keys of its prefix in the order of their bytes", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    for (const key of ["b", "a", "é", "a\u0000", "B", "😀", "\uFFFD", ""]) await kv.put(prefix + key, `is ${key}`);
    await kv.put(freshPrefix(), "outside");
    const found = await kv.scan(prefix).toArray();
    assert.deepEqual(
      found.map(({ key }) => key.slice(prefix.length)),
      ["", "B", "a", "a\u0000", "b", "é", "\uFFFD", "😀"],
    );
  });

  fact("scan yields the latest version of each key", async () => {
    await using kv = connectTo(target);
    const key = freshPrefix();
    for (const value of ["v1", "v2", "v3"]) await kv.put(key, value);
    assert.deepEqual(
      (await kv.scan(key).toArray()).map((entry) => entry.text()),
      ["v3"],
    );
  });

  fact("scan leaves deleted keys out", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    await kv.put(`${prefix}1`, "stays");
    await kv.put(`${prefix}2`, "goes");
    await kv.delete(`${prefix}2`);
    assert.deepEqual(
      (await kv.scan(prefix).toArray()).map(({ key }) => key),
      [`${prefix}1`],
    );
  });

  fact("scan of a prefix without keys yields nothing", async () => {
    await using kv = connectTo(target);
    assert.deepEqual(await kv.scan(freshPrefix()).toArray(), []);
  });

  fact("scan can be left early, and the client goes on", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    for (let i = 0; i < 50; i++) await kv.put(`${prefix}${i}`, new Uint8Array(10_000));
    for await (const entry of kv.scan(prefix)) {
      assert.ok(entry.key.startsWith(prefix));
      break;
    }
    assert.equal((await kv.get(`${prefix}1`))?.bytes.length, 10_000);
  });

  fact("scan() without an argument yields every key", async () => {
    await using kv = connectTo(target);
    const keys = [`\u0000${freshPrefix()}`, freshPrefix(), `😀${freshPrefix()}`];
    for (const key of keys) await kv.put(key, "somewhere");
    const found = new Set((await kv.scan().toArray()).map(({ keyBytes }) => Buffer.from(keyBytes).toString()));
    for (const key of keys) assert.ok(found.has(key));
  });

  fact("scan ends after limit entries, and the client goes on", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    for (let i = 0; i < 5; i++) await kv.put(`${prefix}${i}`, "v");
    for (const limit of [0, 1, 3, 5, 6, Number.POSITIVE_INFINITY]) {
      const found = await kv.scan(prefix, { limit }).toArray();
      assert.deepEqual(
        found.map(({ key }) => key),
        [0, 1, 2, 3, 4].slice(0, limit).map((i) => `${prefix}${i}`),
      );
    }
  });

  fact("each loop over a scan is a scan of its own", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    const scan = kv.scan(prefix);
    assert.deepEqual(await scan.toArray(), []);
    await kv.put(prefix, "later");
    assert.equal((await scan.toArray()).length, 1);
  });

  // The last one: on a server that cannot scan values of 12 bytes, no later scan of all keys would work.
  fact("scan yields values of every length from 1 to 20 bytes", async () => {
    await using kv = connectTo(target);
    const prefix = freshPrefix();
    const lengths = Array.from({ length: 20 }, (_, index) => index + 1);
    for (const length of lengths) await kv.put(`${prefix}${String(length).padStart(2, "0")}`, "x".repeat(length));
    const found = await kv.scan(prefix).toArray();
    assert.deepEqual(
      found.map(({ bytes }) => bytes.length),
      lengths,
    );
  });
}
