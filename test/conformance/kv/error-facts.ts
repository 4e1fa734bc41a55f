import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { Code, ConnectError } from "@connectrpc/connect";
import { PumiceError } from "@pumice/kv-client";
import { connectTo, type Fact, type KvTarget } from "../kv-target.js";

/** What a failed call looks like, whatever it was. */
export function errorFacts(target: KvTarget, fact: Fact): void {
  fact("an aborted call is canceled, a timed out one deadline_exceeded", async () => {
    await using kv = connectTo(target);
    await assert.rejects(kv.get("k", { signal: AbortSignal.abort() }), { code: Code.Canceled });
    const timedOut = AbortSignal.timeout(1);
    await setTimeout(20);
    await assert.rejects(kv.scan("", { signal: timedOut }).toArray(), { code: Code.DeadlineExceeded });
  });

  fact("every error is a PumiceError and a ConnectError that says which rpc failed", async () => {
    await using kv = connectTo(target);
    const failed = kv.put("k", "v", { family: "no-such-family" });
    await assert.rejects(failed, (error) => {
      assert.ok(error instanceof PumiceError && error instanceof ConnectError);
      assert.equal(error.rpc, "scoriadb.ScoriaDB/Put");
      return true;
    });
  });
}
