import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const program = `
import { runTransaction } from "@pumice/client-core";
process.on("unhandledRejection", (error) => console.log("unhandled:", error.message));
const run = async ({ onCommit }) => {
  onCommit(() => { throw new Error("a bug in a hook"); });
  return "result";
};
console.log(await runTransaction(run, { rpc: "kv.Service/Commit" }));
`;

test("runTransaction() makes what a hook throws an unhandled rejection, and still returns its result", () => {
  const flags = ["--import", "tsx", "--conditions=@pumice/source", "--input-type=module"];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, "--eval", program], { encoding: "utf8" });
  assert.deepEqual(stdout.trim().split("\n").sort(), ["result", "unhandled: a bug in a hook"], stderr);
});
