import assert from "node:assert/strict";
import { test } from "node:test";
import { startReferenceServer } from "@pumice/reference-server";
import { expectedOutput, expectedTour } from "../support/expected-tour.js";
import { runProgram } from "../support/run-program.js";

const examples = new URL("../../examples/", import.meta.url);

test("examples/kv/quickstart.ts prints what its expected output says", async () => {
  await using server = await startReferenceServer();
  const result = await runProgram(new URL("kv/quickstart.ts", examples), { PUMICE_KV_URL: server.kv.url });
  assert.deepEqual(result, { ...result, stderr: "", stdout: await expectedOutput("kv/quickstart"), code: 0 });
});

for (const generation of ["v2", "v3"] as const) {
  for (const name of ["shelf/quickstart", "shelf/notes"]) {
    test(`examples/${name}.ts prints on the in-memory ${generation} what its expected output says`, async () => {
      await using server = await startReferenceServer();
      const url = server.shelf[generation].url;
      const result = await runProgram(new URL(`${name}.ts`, examples), { PUMICE_SHELF_URL: url });
      assert.deepEqual(result, { ...result, stderr: "", stdout: await expectedOutput(name), code: 0 });
    });
  }
}

test("examples/tour.ts runs every example and ends by itself", async () => {
  const result = await runProgram(new URL("tour.ts", examples));
  assert.equal(result.stdout, await expectedTour());
  assert.equal(result.code, 0);
});
