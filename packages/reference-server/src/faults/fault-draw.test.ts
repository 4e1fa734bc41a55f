import assert from "node:assert/strict";
import { test } from "node:test";
import { faultDraw } from "./fault-draw.js";

test("faultDraw() is the same for the same arguments, on every machine and in every release", () => {
  assert.deepEqual(
    [faultDraw(7, "Put", 1), faultDraw(7, "Put", 2), faultDraw(8, "Put", 1), faultDraw(7, "Get", 1)],
    [0.19208411127328873, 0.35025772266089916, 0.924751844489947, 0.06750287371687591],
  );
});

test("faultDraw() spreads evenly over 0 to 1 from one call to the next", () => {
  for (const rpc of ["Put", "CommitTxn"]) {
    const tenths = new Array<number>(10).fill(0);
    for (let call = 1; call <= 10_000; call++) {
      const drawn = faultDraw(1, rpc, call);
      assert.ok(drawn >= 0 && drawn < 1);
      const tenth = Math.floor(drawn * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) assert.ok(count > 850 && count < 1150, `${tenths}`);
  }
});
