import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { examples } from "../support/examples.js";
import { startImmudb } from "../support/immudb.js";
import { runProgram } from "../support/run-program.js";

const folder = new URL("../../examples/", import.meta.url);

for (const { program, expected } of examples) {
  // What shows a lie needs a server that can be told to lie.
  if (!program.startsWith("ledger/") || program === "ledger/tampered-server.ts") continue;
  test(`examples/${program} prints on immudb 1.11.1 what it prints on the reference ledger`, async () => {
    await using immudb = await startImmudb();
    const result = await runProgram(new URL(program, folder), { PUMICE_LEDGER_URL: immudb.url });
    assert.deepEqual(result, { code: 0, stdout: await readFile(new URL(expected, folder), "utf8"), stderr: "" });
  });
}
