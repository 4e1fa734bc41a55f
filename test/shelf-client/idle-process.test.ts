import assert from "node:assert/strict";
import { test } from "node:test";
import { runProgram } from "../support/run-program.js";
import { reply, replying, startScriptedShelf } from "../support/scripted-shelf.js";

test("a kept connection does not hold the process", async () => {
  await using server = await startScriptedShelf(
    replying((n, socket) => {
      socket.write(reply(n % 3 === 1 ? 7 : {}));
    }),
  );
  const program = new URL("idle-program.ts", import.meta.url);
  assert.deepEqual(await runProgram(program, { PUMICE_SHELF_URL: server.url }), { code: 0, stdout: "7\n", stderr: "" });
});
