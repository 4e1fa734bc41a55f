import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedOutput, visited } from "../support/expected-tour.js";
import { startImmudb } from "../support/immudb.js";
import { runProgram } from "../support/run-program.js";

// What shows a lie needs a server that can be told to lie.
for (const name of visited.filter((each) => each.startsWith("ledger/") && each !== "ledger/tampered-server")) {
  test(`examples/${name}.ts prints on immudb 1.11.1 what it prints on the reference ledger`, async () => {
    await using immudb = await startImmudb();
    const result = await runProgram(new URL(`../../examples/${name}.ts`, import.meta.url), {
      PUMICE_LEDGER_URL: immudb.url,
    });
    assert.deepEqual(result, { code: 0, stdout: await expectedOutput(name), stderr: "" });
  });
}
