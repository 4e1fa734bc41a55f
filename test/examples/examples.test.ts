import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { startReferenceServer } from "@pumice/reference-server";
import { runProgram } from "../support/run-program.js";

const examples = new URL("../../examples/", import.meta.url);

test("examples/kv/quickstart.ts prints what its expected output says", async () => {
  await using server = await startReferenceServer();
  const result = await runProgram(new URL("kv/quickstart.ts", examples), { PUMICE_KV_URL: server.kv.url });
  assert.equal(result.stderr, "");
  assert.equal(result.stdout, await readFile(new URL("kv/quickstart.expected.txt", examples), "utf8"));
  assert.equal(result.code, 0);
});

test("examples/tour.ts runs every example and ends by itself", async () => {
  const result = await runProgram(new URL("tour.ts", examples));
  const quickstart = await readFile(new URL("kv/quickstart.expected.txt", examples), "utf8");
  assert.equal(result.stdout, `\n== examples/kv/quickstart.ts\n${quickstart}`);
  assert.equal(result.code, 0);
});
