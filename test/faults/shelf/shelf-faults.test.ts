import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startReferenceServer } from "@pumice/reference-server";
import { connectShelf } from "@pumice/shelf-client";
import { faultPlan } from "../fault-plan.ts";
import { activeResources, ProcessWatch, resourcesLeft } from "../process-watch.ts";
import { SeededRandom } from "../seeded-random.ts";
import { disturber } from "./disturber.ts";
import { ShelfLoad } from "./shelf-load.ts";

for (const protocol of [2, 3] as const) {
  test(`shelf v${protocol}: whatever goes wrong, nothing is doubled, halved, lost or misreported`, {
    timeout: 3_600_000,
  }, async (context) => {
    const { runs, seed } = faultPlan(40);
    const outcomes = new Map<string, number>();
    const before = activeResources();
    using watch = new ProcessWatch();
    for (let run = 0; run < runs; run++) {
      const load = await runLoad(protocol, seed + run);
      for (const [name, count] of load.outcomes) outcomes.set(name, (outcomes.get(name) ?? 0) + count);
      const problems = [...load.ledger.problems, ...watch.problems];
      assert.deepEqual(problems, [], `PUMICE_FAULT_SEED=${seed + run} repeats it in its first run`);
    }
    assert.deepEqual(await resourcesLeft(before, 5_000), []);
    context.diagnostic(`seed ${seed}, ${runs} runs: ${JSON.stringify(Object.fromEntries(outcomes))}`);
    for (const name of ["ok", "outcome-unknown", "call"]) assert.ok(outcomes.has(name), `no call ended with ${name}`);
  });
}

/** A server of its own, a load on it through a client, and what a client says of it afterwards. */
async function runLoad(protocol: 2 | 3, seed: number): Promise<ShelfLoad> {
  const random = new SeededRandom(seed);
  const folder = await mkdtemp(join(tmpdir(), "pumice-faults-"));
  const generation = `v${protocol}` as const;
  const socketPath = random.chance(0.5) ? join(folder, "shelf.sock") : undefined;
  await using server = await startReferenceServer({ shelf: { [generation]: { socketPath } } });
  const { url, faults } = server.shelf[generation];
  await using calm = connectShelf(url, { protocol });
  await ShelfLoad.prepare(calm);

  await using db = connectShelf(url, { protocol, readTimeoutMs: 100, maxConnections: random.integer(1, 4) });
  const disturb = disturber(protocol, faults, random.fork());
  const load = new ShelfLoad(db, random.fork(), { protocol, calls: 25, inFlight: random.integer(1, 4), disturb });
  await load.run();
  await db.close();
  faults.stop();
  await faults.releaseHeld();
  await load.check(calm);
  await server.close({ drainMs: 0 });
  await sleep(1); // what escapes does so after the last callback
  await rm(folder, { recursive: true });
  return load;
}
