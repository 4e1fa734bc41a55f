import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { Code, createClient } from "@connectrpc/connect";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { bytes, collect, startKv, textAt, ways } from "./kv-targets.js";

for (const [name, way] of Object.entries(ways)) {
  test(`the reference KV, over ${name}: a scan that is given up lets go of its snapshot`, async () => {
    await using kv = await startKv({}, way);
    const { server, stub, admin } = kv;
    const inside = createClient(ScoriaDB, server.kv.transport);
    const value = randomBytes(3_000_000); // nothing that gzip could make small
    for (let i = 0; i < 12; i++) await inside.put({ key: bytes(`key ${i}`), value }, admin);
    const { commitTs } = await inside.put({ key: bytes("k"), value: bytes("old") }, admin);

    const controller = new AbortController();
    const scan = stub.scan({}, { ...admin, signal: controller.signal })[Symbol.asyncIterator]();
    await scan.next(); // flow control, or the reader's pace, holds the rest back
    for (let i = 0; i < 1_010; i++) await inside.put({ key: bytes("k"), value: bytes("new") }, admin);
    assert.equal(await textAt(inside, admin, "k", commitTs), "old"); // the scan needs it
    controller.abort();
    await assert.rejects(collect({ [Symbol.asyncIterator]: () => scan }), { code: Code.Canceled });

    const forgotten = async () => {
      await inside.put({ key: bytes("k") }, admin);
      return await textAt(inside, admin, "k", commitTs).catch((error) => error.code === Code.OutOfRange);
    };
    while ((await forgotten()) !== true) await setTimeout(5); // the news of the end travels
  });
}
