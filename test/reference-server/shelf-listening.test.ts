import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { startReferenceServer } from "@pumice/reference-server";
import { decodeAnswer, encodePickle, queryRequest, step } from "@pumice/shelf-client/wire";
import { rawShelfRequest } from "../support/raw-shelf-request.js";
import { RawShelfSession } from "../support/raw-shelf-session.js";

const limit = { timeout: 30_000 };
const count = encodePickle(queryRequest("s", [step("count")]));

async function inFolder(run: (socketPath: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "pumice-shelf-"));
  try {
    await run(join(folder, "shelf.sock"));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test(
  "the in-memory shelf listens on the addresses that it is told, each generation with its own data",
  limit,
  async () => {
    await inFolder(async (socketPath) => {
      await using server = await startReferenceServer({ shelf: { v3: { socketPath } } });
      assert.match(server.shelf.v2.url, /^tcp:\/\/127\.0\.0\.1:\d+$/);
      assert.equal(server.shelf.v3.url, `unix://${socketPath}`);
      await rawShelfRequest(server.shelf.v2.url, encodePickle(queryRequest("s", [step("put", "k", {})])));
      using session = await RawShelfSession.open(server.shelf.v3.url);
      await session.send({ cmd: "begin", mode: "write" });
      const reply = await session.send({ cmd: "query", shelf: "s", action: { op: "count" } });
      assert.deepEqual(reply, { ok: true, result: 0 });
    });
  },
);

test(
  "the in-memory shelf says which option is wrong, and which address is taken, and listens nowhere",
  limit,
  async () => {
    await using first = await startReferenceServer();
    const port = Number(new URL(first.shelf.v3.url).port);
    await assert.rejects(startReferenceServer({ shelf: { v3: { port } } }), { code: "EADDRINUSE" });
    await assert.rejects(startReferenceServer({ shelf: { v2: { socketPath: "v2.sock" } } }), {
      name: "TypeError",
      message: 'shelf.v2.socketPath must be an absolute path, got "v2.sock"',
    });
    await assert.rejects(startReferenceServer({ shelf: { v3: { maxRequestBytes: 0 } } }), {
      name: "RangeError",
      message: "shelf.v3.maxRequestBytes must be a whole number >= 1, got 0",
    });
  },
);

test("the in-memory shelf takes the place of a socket that nobody listens on, and of no other", limit, async () => {
  await inFolder(async (socketPath) => {
    const listen = `require("node:net").createServer().listen(${JSON.stringify(socketPath)}, () => process.kill(process.pid, "SIGKILL"))`;
    await once(spawn(process.execPath, ["-e", listen]), "exit");
    assert.ok((await stat(socketPath)).isSocket());
    await using server = await startReferenceServer({ shelf: { v2: { socketPath } } });
    assert.equal(decodeAnswer(await rawShelfRequest(server.shelf.v2.url, count)), 0);
    await assert.rejects(startReferenceServer({ shelf: { v2: { socketPath } } }), { code: "EADDRINUSE" });
    assert.equal(decodeAnswer(await rawShelfRequest(server.shelf.v2.url, count)), 0);
  });
});

test(
  "close() of the in-memory shelf ends with clients that wait, that hold the writer's place, and that say nothing",
  limit,
  async () => {
    const server = await startReferenceServer();
    const { v2, v3 } = server.shelf;
    using writer = await RawShelfSession.open(v3.url);
    await writer.send({ cmd: "begin", mode: "write" });
    using waiting = await RawShelfSession.open(v3.url);
    const begun = waiting.send({ cmd: "begin", mode: "write" });
    using silent = await RawShelfSession.open(v3.url);
    const half = connect(Number(new URL(v2.url).port), "127.0.0.1");
    await once(half, "connect");
    half.write(count.subarray(0, 10)); // and no end
    half.on("error", () => undefined); // a reset, maybe; its close is what counts
    const closed = new Promise((resolve) => half.once("close", resolve));
    await server.close({ drainMs: 20 });
    assert.equal(await begun, undefined);
    await Promise.all([writer.closed(), silent.closed(), closed]);
  },
);
