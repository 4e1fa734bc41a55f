import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startReferenceServer } from "@pumice/reference-server";
import { pythonWith } from "../support/python.js";
import { startUmadb, umadbPython } from "../support/umadb.js";

const run = promisify(execFile);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Runs something on the reference store and on the real one. */
async function onBoth(see: (url: string) => Promise<string>): Promise<[reference: string, real: string]> {
  await using reference = await startReferenceServer();
  await using real = await startUmadb();
  return [await see(reference.events.url), await see(real.url)];
}

test("the official Python client sees the same in the reference store as in UmaDB", async () => {
  const python = await umadbPython();
  const [reference, real] = await onBoth(async (url) => {
    const { stdout } = await run(python, [here("events-witness.py"), url], { timeout: 60_000 });
    return stdout;
  });
  assert.equal(reference, real);
  assert.match(real, /^empty: None None \[\]\nappended at: 1\nthe same again: 1\nconflict: True\n/);
  assert.match(real, /\ncaught up: \[1, 3, 4\]\n$/);
});

test("the guide's example runs alike on the reference store and on UmaDB, by the old service path", async () => {
  const python = await pythonWith("grpcio", ["grpcio==1.76.0", "grpcio-tools==1.76.0"], [3, 9]);
  const stubs = await mkdtemp(join(tmpdir(), "pumice-events-guide-"));
  try {
    const proto = join(stubs, "umadb.proto");
    await run("cp", [here("../fixtures/umadb-guide.proto"), proto]);
    const protoc = ["-m", "grpc_tools.protoc", `-I${stubs}`, `--python_out=${stubs}`, `--grpc_python_out=${stubs}`];
    await run(python, [...protoc, "umadb.proto"]);
    const outputs = await onBoth(async (url) => {
      const { stdout } = await run(python, [here("events-guide.py"), stubs, new URL(url).host], { timeout: 60_000 });
      return stdout;
    });
    for (const output of outputs) {
      assert.deepEqual(output.trim().split("\n"), [
        "model: [] head: None",
        "appended at: 1",
        "conflict: FAILED_PRECONDITION True",
        "projection: [(1, b'Hello, world!')] head: True",
        "subscribe: INVALID_ARGUMENT",
      ]);
    }
  } finally {
    await rm(stubs, { recursive: true });
  }
});
