import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { Code, createClient } from "@connectrpc/connect";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { connectKv } from "@pumice/kv-client";
import { startReferenceServer } from "@pumice/reference-server";
import { connectShelf } from "@pumice/shelf-client";
import { ScoriaDB } from "@pumice/stubs/scoriadb";

const cli = new URL("../../packages/reference-server/src/cli.ts", import.meta.url).href;

/** The command on source: what `bin/pumice-reference-server.js` does with `dist/`. */
function command(...args: string[]) {
  const run = `process.exitCode = await (await import("${cli}")).main(process.argv.slice(1))`;
  const options = ["--import", "tsx", "--conditions=@pumice/source", "--input-type=module"];
  const program = spawn(process.execPath, [...options, "-e", run, "--", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const firstLine = once(createInterface(program.stdout), "line").then(([line]) => String(line));
  return { program, firstLine, result: resultOf(program) };
}

async function resultOf(program: ChildProcessByStdio<null, Readable, Readable>) {
  const exited = once(program, "exit");
  const [stdout, stderr] = await Promise.all([text(program.stdout), text(program.stderr)]);
  const [code, signal] = await exited;
  return { code, signal, stdout, stderr };
}

test("pumice-reference-server --json prints one line when it is ready, serves, and drains on SIGTERM", async () => {
  const { program, firstLine, result } = command("--json", "--port", "0");
  const line = await firstLine;
  const { kv: endpoint, ledger, shelf, ...others } = JSON.parse(line);
  assert.deepEqual(others, { events: { url: endpoint.url } });
  for (const generation of ["v2", "v3"]) {
    await using db = connectShelf(shelf[generation].url);
    assert.deepEqual(await db.ready(), { protocol: Number(generation.slice(1)) });
  }
  assert.deepEqual(Object.keys(endpoint), ["url", "username", "password"]);
  assert.deepEqual(ledger, { url: endpoint.url, username: "immudb", password: "immudb" });
  await using kv = connectKv(endpoint.url, endpoint);
  const value = randomBytes(100_000); // nothing that gzip could make small
  for (let i = 0; i < 100; i++) await kv.put(`key ${i}`, value);

  const scan = kv.scan()[Symbol.asyncIterator]();
  await scan.next(); // flow control holds most rows back
  program.kill("SIGTERM");
  let rows = 1;
  while (!(await scan.next()).done) rows += 1;
  assert.equal(rows, 100);
  assert.deepEqual(await result, {
    code: 0,
    signal: null,
    stdout: `${line}\n`,
    stderr: "SIGTERM: letting calls in flight finish\n",
  });
});

test("pumice-reference-server says in words where it listens, and ends on SIGINT with code 0", async () => {
  const { program, firstLine, result } = command("--port", "0");
  assert.match(await firstLine, /^ScoriaDB \(in memory\): http:\/\/127\.0\.0\.1:\d+, user admin, password admin$/);
  program.kill("SIGINT");
  const { code, stderr } = await result;
  assert.equal(code, 0);
  assert.match(stderr, /SIGINT: letting calls in flight finish/);
});

test("pumice-reference-server --help prints its options", async () => {
  const { code, stdout, stderr } = await command("--help").result;
  assert.equal(code, 0);
  for (const option of ["--port", "--host", "--json", "--help"]) assert.ok(stdout.includes(option));
  assert.equal(stderr, "");
});

test("pumice-reference-server explains a wrong option with exit code 2", async () => {
  const { code, stdout, stderr } = await command("--port", "x").result;
  assert.equal(code, 2);
  assert.match(stderr, /--port must be a whole number from 0 to 65535, got 'x'/);
  assert.equal(stdout, "");
});

test("pumice-reference-server injects the faults that it is told to, and refuses those that cannot be", async () => {
  const faults = (rates: object) => ["--port", "0", "--json", "--faults", JSON.stringify({ rates, rpcs: ["Put"] })];
  const { program, firstLine, result } = command(...faults({ fail: { rate: 1, message: "on purpose" } }));
  const { kv: endpoint } = JSON.parse(await firstLine);
  const stub = createClient(ScoriaDB, createFastGrpcTransport({ baseUrl: endpoint.url }));
  await assert.rejects(stub.put({}), { code: Code.Unavailable, rawMessage: "on purpose" });
  program.kill("SIGTERM");
  await result;
  const { code, stderr } = await command(...faults({ explode: 1 })).result;
  assert.equal(code, 2);
  assert.match(stderr, /Cannot inject explode: the faults are dropRequest, /);
});

test("pumice-reference-server says when the port is taken, with exit code 1", async () => {
  await using server = await startReferenceServer();
  const { code, stderr } = await command("--port", new URL(server.kv.url).port).result;
  assert.equal(code, 1);
  assert.match(stderr, /cannot listen: .*EADDRINUSE.* 127\.0\.0\.1:\d+/);
});
