import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { KVMetadataSchema } from "@pumice/stubs/immudb";
import { entryMetadata, entryMetadataBytes } from "./entry-metadata.js";

test("entryMetadata() is undefined for a message that is missing or says nothing", () => {
  assert.equal(entryMetadata(undefined), undefined);
  assert.equal(entryMetadata(create(KVMetadataSchema)), undefined);
});

test("entryMetadata() tells an expiry at second 0 from none", () => {
  const message = create(KVMetadataSchema, { expiration: { expiresAt: 0n } });
  assert.deepEqual(entryMetadata(message), { deleted: false, expiresAt: 0n, nonIndexable: false });
});

test("entryMetadataBytes() writes each attribute that is present, a time before 1970 as two's complement", () => {
  const metadata = { deleted: false, expiresAt: -1n, nonIndexable: false };
  assert.deepEqual(entryMetadataBytes(metadata), new Uint8Array([1, ...Array<number>(8).fill(255)]));
  assert.deepEqual(entryMetadataBytes(undefined), new Uint8Array());
});
