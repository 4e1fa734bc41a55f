import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startReferenceServer } from "@pumice/reference-server";
import { decodeAnswer } from "@pumice/shelf-client/wire";
import { RawShelfSession } from "../support/raw-shelf-session.js";
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

test("the in-memory v3 reads the pickles of every protocol as ShelfDB 3.1.0 does", async () => {
  const script = `
import base64, dill
from shelfdb.shelf import Item
value = {"t": "é", "n": [1, 300, -5, 2**40, 2**70 % 2**63, 0.5, True, None], "b": b"\\x00\\xff", "p": (1, (2,), ())}
value["again"] = [value["n"], value["p"], bytearray(b"ab"), b"", bytearray()]
put_many = {"op": "put_many", "args": [[("x", value), Item("y", {str(i): i for i in range(300)})]]}
for protocol in range(2, 6):
    for command in ({"cmd": "put", "shelf": "s", "key": "k", "value": value}, {"cmd": "query", "shelf": "s", "action": put_many}):
        print(base64.b64encode(dill.dumps(command, protocol=protocol)).decode())`;
  const { stdout } = await run(await shelfdbPython(), ["-c", script], { timeout: 60_000 });
  const bodies = stdout
    .trim()
    .split("\n")
    .map((line) => Buffer.from(line, "base64"));
  assert.equal(bodies.length, 8);
  await using real = await startShelfdb();
  await using memory = await startReferenceServer();
  const heard = async (url: string): Promise<unknown[]> => {
    using session = await RawShelfSession.open(url);
    const replies = [await session.send({ cmd: "begin", mode: "write" })];
    for (const body of bodies) {
      const reply = await session.exchange(body);
      replies.push(reply && decodeAnswer(reply), await session.send(everything));
    }
    return replies;
  };
  assert.deepEqual(await heard(memory.shelf.v3.url), await heard(real.url));
});

const everything = { cmd: "query", shelf: "s", ops: [{ op: "items" }], action: { op: "query" } };

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
