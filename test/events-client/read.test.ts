import assert from "node:assert/strict";
import { test } from "node:test";
import { connectEvents, type ReadOptions } from "@pumice/events-client";
import { createReferenceServices } from "@pumice/reference-server";

test("read() refuses what 32 and 64 bits do not hold, and queries that are none, before anything is sent", () => {
  const events = connectEvents("http://127.0.0.1:1");
  const wrong: [ReadOptions, RegExp][] = [
    [{ limit: -1 }, /limit must be a whole number from 0 to 4294967295, got -1/],
    [{ limit: 2 ** 32 }, /limit must be/],
    [{ limit: 1.5 }, /limit must be/],
    [{ batchSize: 0 }, /batchSize must be a whole number from 1/],
    [{ batchSize: 2 ** 32 }, /batchSize must be/],
    [{ start: -1n }, /start must be from 0/],
    [{ start: 2n ** 64n }, /start must be from 0/],
    [{ start: 1 as never }, /start must be a bigint/],
    [{ query: null as never }, /a query has items/],
    [{ query: { items: [{}] } }, /neither types nor tags/],
    [{ timeoutMs: 0 }, /timeoutMs must be/],
  ];
  for (const [options, message] of wrong) assert.throws(() => events.read(options).batches(), message);
});

test("read() is a call of its own in each loop, and leaves nothing open when the loop is left", async () => {
  await using events = connectEvents({ transport: createReferenceServices().events.transport });
  await events.append(Array.from({ length: 5 }, () => ({ type: "T" })));
  const reading = events.read({ batchSize: 1 });
  for (let round = 0; round < 2; round++) {
    for await (const { position } of reading) {
      assert.equal(position, 1n);
      break;
    }
  }
  const startMs = performance.now();
  await events.close();
  assert.ok(performance.now() - startMs < 400, "a call in flight holds up the close");
});
