import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { tourOutput } from "../support/examples.js";

const root = new URL("../../", import.meta.url);

// A tier of its own: `npm start` builds, and a build takes away what other tiers are looking at.
test("npm start builds, takes the tour over real sockets and prints what the examples say", async () => {
  const { stdout } = await promisify(execFile)("npm", ["start", "--silent"], { cwd: fileURLToPath(root) });
  assert.equal(stdout, await tourOutput());
});
