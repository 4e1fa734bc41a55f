import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { startReferenceServer } from "@pumice/reference-server";
import { kvSuite } from "../conformance/kv-suite.js";
import { scoriadbDifferences } from "../known-differences/scoriadb-0.1.1.js";
import { pythonWith } from "../support/python.js";

const run = promisify(execFile);

test("Python's grpcio sees in the reference server what ScoriaDB's guide promises", async () => {
  assert.deepEqual(await runOnReferenceServer("kv-witness.py"), [
    "without a token: UNAUTHENTICATED missing authorization header",
    "commits grow: True",
    "get: Alice",
    "bytes survive: True",
    "missing: False",
    "scan: [(b'user:1', b'Alice')]",
    "all: 500",
    'family: NOT_FOUND column family "nope" not found',
    "reader: PERMISSION_DENIED insufficient privileges",
    "reader: PERMISSION_DENIED insufficient privileges",
    "too large: RESOURCE_EXHAUSTED",
  ]);
});

test("the guide's complete program runs in Python against the reference server", async () => {
  assert.deepEqual(await runOnReferenceServer("kv-guide.py"), [
    "user:1 = Alice",
    "all keys: [('temp_key', 'soon gone'), ('user:1', 'Alice')]",
    "after the commit: txn_value None",
    "second commit: NOT_FOUND True",
    "conflict: transaction conflict",
    "conflict: transaction conflict",
    "balance = 100 after 3 attempts",
  ]);
});

/** The lines that a Python program prints, given stubs made from our contract and an empty reference server. */
async function runOnReferenceServer(program: string): Promise<string[]> {
  const python = await pythonWith("grpcio", ["grpcio==1.76.0", "grpcio-tools==1.76.0"], [3, 9]);
  await using server = await startReferenceServer();
  const stubs = await mkdtemp(join(tmpdir(), "pumice-kv-witness-"));
  try {
    const proto = fileURLToPath(new URL("../../proto/scoriadb", import.meta.url));
    const protoc = ["-m", "grpc_tools.protoc", `-I${proto}`, `--python_out=${stubs}`, `--grpc_python_out=${stubs}`];
    await run(python, [...protoc, "scoriadb.proto"]);
    const file = fileURLToPath(new URL(program, import.meta.url));
    const { stdout } = await run(python, [file, stubs, new URL(server.kv.url).host], { timeout: 60_000 });
    return stdout.trim().split("\n");
  } finally {
    await rm(stubs, { recursive: true });
  }
}

const baseUrl = process.env["PUMICE_KV_URL"];
if (baseUrl) {
  kvSuite({
    name: "the real server of PUMICE_KV_URL",
    username: "admin",
    password: "admin",
    transport: () => createFastGrpcTransport({ baseUrl }),
    knownDifferences: scoriadbDifferences,
  });
} else {
  console.log("kv on a real server: not run, PUMICE_KV_URL is unset (ScoriaDB cannot be installed by name)");
}
