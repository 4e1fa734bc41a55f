import assert from "node:assert/strict";
import { test } from "node:test";
import { connectEvents } from "@pumice/events-client";
import { appendWithoutAnswers } from "../faults/events/append-without-answers.ts";
import { followThroughFaults } from "../faults/events/follow-through-faults.ts";
import { faultPlan } from "../faults/fault-plan.ts";
import { SeededRandom } from "../faults/seeded-random.ts";
import { type RelayFault, startFaultyRelay } from "../support/faulty-relay.ts";
import type { StopSignal } from "../support/start-process.ts";
import { startUmadb } from "../support/umadb.ts";

test("subscribe() hands out each of UmaDB's events once and in order, although it is cut off, stopped and killed", {
  timeout: 3_600_000,
}, async (context) => {
  const { runs, seed } = faultPlan(50);
  context.diagnostic(`PUMICE_FAULT_SEED=${seed} repeats it`);
  await using server = await startUmadb();
  let restarting = Promise.resolve();
  const restart = (signal: StopSignal) => (): void => {
    restarting = restarting.then(() => server.restart(signal));
  };
  const faults: RelayFault["what"][] = Array.from({ length: runs }, (_, index) => {
    if (index % 100 === 40) return restart("SIGTERM");
    if (index % 100 === 20) return restart("SIGKILL");
    return index % 25 === 10 ? "freeze" : "reset";
  });
  const random = new SeededRandom(seed);
  try {
    const report = await followThroughFaults({ url: server.url, events: 100 * runs, faults, random });
    context.diagnostic(JSON.stringify(report));
  } finally {
    await restarting;
  }
});

test("append() to UmaDB is neither doubled nor reported wrongly when answers are cut and requests come late", {
  timeout: 3_600_000,
}, async (context) => {
  const { runs, seed } = faultPlan(200);
  const random = new SeededRandom(seed);
  await using server = await startUmadb();
  let isOver = false;
  await using relay = await startFaultyRelay(server.url, () => {
    if (isOver) return undefined;
    const what = random.pick(["reset", "hold"] as const);
    // The client's preface and settings are some 80 bytes, an append some 300; the server's about 60, and 100.
    return { what, afterBytes: what === "reset" ? random.integer(60, 600) : random.integer(80, 1500) };
  });
  const report = await appendWithoutAnswers({
    connect: (observer) => connectEvents(relay.url, { observer }),
    lanes: 8,
    hits: runs,
    random,
    async settle() {
      isOver = true;
      relay.releaseHeld();
      return connectEvents(server.url);
    },
  });
  const numbers = JSON.stringify({ ...report, faults: relay.faults() });
  context.diagnostic(`seed ${seed}, ${numbers}`);
  assert.deepEqual(report.problems, [], `PUMICE_FAULT_SEED=${seed} repeats it`);
});
