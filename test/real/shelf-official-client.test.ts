import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startReferenceServer } from "@pumice/reference-server";
import { shelfdbPython, startShelfdb } from "../support/shelfdb.js";

const run = promisify(execFile);

/** What ShelfDB's own client prints of a server. */
async function witness(url: string): Promise<string[]> {
  const script = fileURLToPath(new URL("shelf-witness.py", import.meta.url));
  const { stdout } = await run(await shelfdbPython(), [script, url], { timeout: 60_000 });
  return stdout.trim().split("\n");
}

test("the official client sees in the in-memory v3 what it sees in ShelfDB 3.1.0", async () => {
  await using real = await startShelfdb();
  await using memory = await startReferenceServer();
  const expected = await witness(real.url);
  assert.ok(expected.length > 20);
  assert.deepEqual(await witness(memory.shelf.v3.url), expected);
});

test("the in-memory v3 refuses the official client's lambda with an error, and runs nothing of it", async () => {
  await using memory = await startReferenceServer();
  const script = `
import asyncio
from shelfdb.client import Client

async def main():
    client = await Client.connect(${JSON.stringify(memory.shelf.v3.url)})
    await client.begin("write")
    try:
        await client.query("s").filter(lambda item: True).query()
    except Exception as error:
        print(error)

asyncio.run(main())`;
  const { stdout } = await run(await shelfdbPython(), ["-c", script], { timeout: 60_000 });
  assert.match(stdout, /^Cannot run a Python function: this server interprets Pumice's own forms only/);
});
