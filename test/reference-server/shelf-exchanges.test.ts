import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { startReferenceServer } from "@pumice/reference-server";
import { rawShelfRequest } from "../support/raw-shelf-request.js";

interface Exchange {
  readonly request: string;
  readonly response: string;
}

const fixture = new URL("../fixtures/shelfdb-2.0.0-exchanges.json", import.meta.url);

test("the in-memory shelf answers the official 2.0.0 client byte for byte as the real server did", async () => {
  const { exchanges }: { exchanges: readonly Exchange[] } = JSON.parse(await readFile(fixture, "utf8"));
  assert.equal(exchanges.length, 47);
  await using server = await startReferenceServer();
  for (const [index, { request, response }] of exchanges.entries()) {
    const answer = await rawShelfRequest(server.shelf.v2.url, Buffer.from(request, "base64"));
    assert.equal(answer.toString("base64"), response, `exchange ${index}`);
  }
});
