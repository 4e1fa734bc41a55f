import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { gzipCompression } from "./gzip-compression.js";

test("gzipCompression undoes itself, within the limit", async () => {
  const bytes = new Uint8Array(1000).fill(7);
  const compressed = await gzipCompression.compress(bytes);
  assert.ok(compressed.length < 100);
  assert.deepEqual(await gzipCompression.decompress(compressed, 1000), bytes);
  assert.deepEqual(await gzipCompression.decompress(new Uint8Array(0), 1000), new Uint8Array(0));
});

test("gzipCompression stops at the limit", async () => {
  const bomb = await gzipCompression.compress(new Uint8Array(1_000_000));
  await assert.rejects(gzipCompression.decompress(bomb, 999_999), { code: Code.ResourceExhausted });
});

test("gzipCompression tells what is no gzip", async () => {
  await assert.rejects(gzipCompression.decompress(Uint8Array.of(1, 2, 3), 10), { code: Code.Internal });
});
