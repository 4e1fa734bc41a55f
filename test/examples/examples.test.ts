import assert from "node:assert/strict";
import { test } from "node:test";
import { startReferenceServer } from "@pumice/reference-server";
import { expectedOutput, expectedTour, visited } from "../support/expected-tour.js";
import { runProgram } from "../support/run-program.js";

const examples = new URL("../../examples/", import.meta.url);

for (const name of visited) {
  test(`examples/${name}.ts prints what its expected output says`, async () => {
    await using server = await startReferenceServer();
    const result = await runProgram(new URL(`${name}.ts`, examples), {
      PUMICE_KV_URL: server.kv.url,
      PUMICE_EVENTS_URL: server.events.url,
      PUMICE_LEDGER_URL: server.ledger.url,
      PUMICE_SHELF_URL: server.shelf.v3.url,
    });
    assert.deepEqual(result, { ...result, stderr: "", stdout: await expectedOutput(name), code: 0 });
  });
}

for (const name of visited.filter((each) => each.startsWith("shelf/"))) {
  test(`examples/${name}.ts prints the same on the in-memory ShelfDB of release 2`, async () => {
    await using server = await startReferenceServer();
    const result = await runProgram(new URL(`${name}.ts`, examples), { PUMICE_SHELF_URL: server.shelf.v2.url });
    assert.deepEqual(result, { ...result, stderr: "", stdout: await expectedOutput(name), code: 0 });
  });
}

test("examples/tour.ts runs every example and ends by itself", async () => {
  const result = await runProgram(new URL("tour.ts", examples));
  assert.equal(result.stdout, await expectedTour());
  assert.equal(result.code, 0);
});
