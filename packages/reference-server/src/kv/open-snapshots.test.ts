import assert from "node:assert/strict";
import { test } from "node:test";
import { OpenSnapshots } from "./open-snapshots.js";

test("OpenSnapshots.oldest() is the oldest that somebody reads at, however many do", () => {
  const snapshots = new OpenSnapshots();
  assert.equal(snapshots.oldest(), undefined);
  for (const timestamp of [2n, 2n, 5n, 7n]) snapshots.open(timestamp);
  snapshots.close(2n);
  assert.equal(snapshots.oldest(), 2n);
  snapshots.close(2n);
  snapshots.close(7n);
  assert.equal(snapshots.oldest(), 5n);
  snapshots.close(5n);
  assert.equal(snapshots.oldest(), undefined);
});
