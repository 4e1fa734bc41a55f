import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { startReferenceServer } from "@pumice/reference-server";
import { examples, tourOutput } from "../support/examples.js";
import { runProgram } from "../support/run-program.js";

const folder = new URL("../../examples/", import.meta.url);

for (const { program, expected } of examples) {
  test(`examples/${program} prints what its expected output says`, async () => {
    await using server = await startReferenceServer();
    const result = await runProgram(new URL(program, folder), {
      PUMICE_KV_URL: server.kv.url,
      PUMICE_LEDGER_URL: server.ledger.url,
    });
    assert.equal(result.stderr, "");
    assert.equal(result.stdout, await readFile(new URL(expected, folder), "utf8"));
    assert.equal(result.code, 0);
  });
}

test("examples/tour.ts runs every example and ends by itself", async () => {
  const result = await runProgram(new URL("tour.ts", folder));
  assert.equal(result.stdout, await tourOutput());
  assert.equal(result.code, 0);
});
