import { test } from "node:test";
import { startReferenceServer } from "@pumice/reference-server";
import { faultPlan } from "../fault-plan.ts";
import { SeededRandom } from "../seeded-random.ts";
import { followThroughFaults } from "./follow-through-faults.ts";

test("subscribe() hands out each event once and in order, however its connections are cut while others append", {
  timeout: 3_600_000,
}, async (context) => {
  const { runs, seed } = faultPlan(100);
  context.diagnostic(`PUMICE_FAULT_SEED=${seed} repeats it`);
  await using server = await startReferenceServer();
  const random = new SeededRandom(seed);
  const faults = Array.from({ length: runs }, (_, index) => (index % 25 === 24 ? "freeze" : "reset"));
  const report = await followThroughFaults({ url: server.events.url, events: 100 * runs, faults, random });
  context.diagnostic(JSON.stringify(report));
});
