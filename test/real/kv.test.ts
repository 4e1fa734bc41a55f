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
  const python = await pythonWith("grpcio", ["grpcio==1.76.0", "grpcio-tools==1.76.0"], [3, 9]);
  await using server = await startReferenceServer();
  const stubs = await mkdtemp(join(tmpdir(), "pumice-kv-witness-"));
  try {
    const proto = fileURLToPath(new URL("../../proto/scoriadb", import.meta.url));
    const protoc = ["-m", "grpc_tools.protoc", `-I${proto}`, `--python_out=${stubs}`, `--grpc_python_out=${stubs}`];
    await run(python, [...protoc, "scoriadb.proto"]);
    const witness = fileURLToPath(new URL("kv-witness.py", import.meta.url));
    const { stdout } = await run(python, [witness, stubs, new URL(server.kv.url).host], { timeout: 60_000 });
    assert.deepEqual(stdout.trim().split("\n"), [
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
  } finally {
    await rm(stubs, { recursive: true });
  }
});

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
