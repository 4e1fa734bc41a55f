import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedOutput } from "../support/expected-tour.js";
import { runProgram } from "../support/run-program.js";
import { startShelfdb } from "../support/shelfdb.js";

for (const name of ["quickstart", "notes"]) {
  test(`examples/shelf/${name}.ts prints on a real ShelfDB 3.1.0 what its expected output says`, async () => {
    await using server = await startShelfdb();
    const file = new URL(`../../examples/shelf/${name}.ts`, import.meta.url);
    const result = await runProgram(file, { PUMICE_SHELF_URL: server.url });
    assert.equal(result.stderr, "");
    assert.equal(result.stdout, await expectedOutput(`shelf/${name}`));
    assert.equal(result.code, 0);
  });
}
