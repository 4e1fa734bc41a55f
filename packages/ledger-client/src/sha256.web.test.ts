import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 as nodeSha256 } from "./sha256.node.js";
import { sha256 } from "./sha256.web.js";

test("the pure SHA-256 hashes as Node's own does", () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, index) => index);
    assert.deepEqual(sha256(bytes), nodeSha256(bytes));
  }
});
