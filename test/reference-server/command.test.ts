import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { connectKv } from "@pumice/kv-client";
import { startReferenceServer } from "@pumice/reference-server";

const cli = new URL("../../packages/reference-server/src/cli.ts", import.meta.url).href;

/** The command on source: what `bin/pumice-reference-server.js` does with `dist/`. */
function command(...args: string[]): ChildProcessWithoutNullStreams {
  const run = `process.exitCode = await (await import("${cli}")).main(process.argv.slice(1))`;
  return spawn(process.execPath, [
    "--import",
    "tsx",
    "--conditions=@pumice/source",
    "--input-type=module",
    "-e",
    run,
    "--",
    ...args,
  ]);
}

async function resultOf(program: ChildProcessWithoutNullStreams) {
  const exited = once(program, "exit");
  const [stdout, stderr] = await Promise.all([text(program.stdout), text(program.stderr)]);
  const [code, signal] = await exited;
  return { code, signal, stdout, stderr };
}

async function firstLine(program: ChildProcessWithoutNullStreams): Promise<string> {
  for await (const line of createInterface(program.stdout)) return line;
  throw new Error("the command printed nothing");
}

test("pumice-reference-server --json prints one line when it is ready, serves, and drains on SIGTERM", async () => {
  const program = command("--json", "--port", "0");
  const { kv: endpoint, ...others } = JSON.parse(await firstLine(program));
  assert.deepEqual(others, {});
  assert.deepEqual(Object.keys(endpoint), ["url", "username", "password"]);
  await using kv = connectKv(endpoint.url, endpoint);
  await kv.put("k", "v".repeat(1000));

  const scan = kv.scan()[Symbol.asyncIterator]();
  await scan.next();
  program.kill("SIGTERM");
  assert.equal((await scan.next()).done, true);
  const { code, signal } = await resultOf(program);
  assert.deepEqual({ code, signal }, { code: 0, signal: null });
});

test("pumice-reference-server says in words where it listens, and ends on SIGINT with code 0", async () => {
  const program = command("--port", "0");
  assert.match(
    await firstLine(program),
    /^ScoriaDB \(in memory\): http:\/\/127\.0\.0\.1:\d+, user admin, password admin$/,
  );
  program.kill("SIGINT");
  const { code, stderr } = await resultOf(program);
  assert.equal(code, 0);
  assert.match(stderr, /SIGINT: letting calls in flight finish/);
});

test("pumice-reference-server --help prints its options", async () => {
  const { code, stdout, stderr } = await resultOf(command("--help"));
  assert.equal(code, 0);
  for (const option of ["--port", "--host", "--json", "--help"]) assert.ok(stdout.includes(option));
  assert.equal(stderr, "");
});

test("pumice-reference-server explains a wrong option with exit code 2", async () => {
  const { code, stdout, stderr } = await resultOf(command("--port", "x"));
  assert.equal(code, 2);
  assert.match(stderr, /--port must be a whole number from 0 to 65535, got 'x'/);
  assert.equal(stdout, "");
});

test("pumice-reference-server says when the port is taken, with exit code 1", async () => {
  await using server = await startReferenceServer();
  const { code, stderr } = await resultOf(command("--port", new URL(server.kv.url).port));
  assert.equal(code, 1);
  assert.match(stderr, /cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/);
});
