import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaultOptions, Loss } from "@pumice/reference-server";
import type { Cut } from "../support/tcp-relay.ts";
import { faultPlan } from "./fault-plan.ts";
import { type KvRoundPlan, playKvRound } from "./kv-round.ts";
import { kvTransports } from "./kv-transports.ts";
import { ProcessWatch } from "./process-watch.ts";
import { SeededRandom } from "./seeded-random.ts";

for (const [name, openTransport] of Object.entries(kvTransports)) {
  test(`connectKv() keeps its word on every rpc under seeded faults and cuts, over ${name}`, {
    timeout: 3_600_000,
  }, async (context) => {
    const { runs, seed } = faultPlan(200);
    using watch = new ProcessWatch();
    const outcomes = new Map<string, number>();
    const injected = new Map<string, number>();
    let cuts = 0;
    for (let round = 0; cuts < runs; round++) {
      const random = new SeededRandom(seed + round);
      const plan = randomPlan(random);
      const report = await playKvRound(openTransport, plan, random);
      const repeat = `PUMICE_FAULT_SEED=${seed + round} repeats it: ${JSON.stringify(plan)}`;
      assert.deepEqual([...report.problems, ...watch.problems], [], repeat);
      for (const outcome of report.outcomes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      for (const [fault, count] of Object.entries(report.injected)) {
        injected.set(fault, (injected.get(fault) ?? 0) + count);
        if (losing.has(fault)) cuts += count;
      }
    }
    context.diagnostic(`seed ${seed}, ${JSON.stringify([...injected])}, ${JSON.stringify([...outcomes].sort())}`);
  });
}

/** What takes a request or its answer away; the other faults come besides. */
const losing: ReadonlySet<string> = new Set([
  "cut",
  "dropRequest",
  "dropAnswer",
  "holdRequest",
  "abortStream",
  "reset",
]);

/** Half of the rounds have silence in them, which only a deadline ends. */
function randomPlan(random: SeededRandom): KvRoundPlan {
  const isSilent = random.chance(0.5);
  return {
    faults: randomFaults(random, isSilent ? ["stream", "connection", "silence"] : ["stream", "stream", "connection"]),
    cuts: Array.from({ length: 8 }, () =>
      random.chance(0.7) ? randomCut(random, isSilent ? ["end", "reset", "stall"] : ["end", "reset"]) : undefined,
    ),
    inFlight: random.pick([1, 4, 8]),
    timeoutMs: isSilent ? random.pick([150, 400]) : 5000,
  };
}

function randomFaults(random: SeededRandom, losses: readonly Loss[]): FaultOptions {
  const loss = () => random.pick(losses);
  const rate = () => random.pick([0, 0.04, 0.07]);
  const rates = {
    dropRequest: { rate: rate(), loss: loss() },
    dropAnswer: { rate: rate(), loss: loss() },
    holdRequest: { rate: rate(), loss: loss(), calls: random.integer(1, 10) },
    delay: { rate: rate(), ms: random.integer(1, 60) },
    reset: { rate: rate(), errorCode: random.pick([1, 2, 8, 11]) },
    goAway: rate(),
    refuse: rate(),
    fail: rate(),
    expireTokens: rate(),
  };
  const abortStream = { rate: 0.3, messages: random.integer(0, 100), loss: loss() };
  return { seed: random.integer(1, 1_000_000), rates, perRpc: { Scan: { ...rates, abortStream } } };
}

function randomCut(random: SeededRandom, manners: readonly Cut["manner"][]): Cut {
  return {
    direction: random.pick(["up", "down"] as const),
    // A scan is some 40,000 bytes, the calls before it a few hundred each.
    afterBytes: random.pick([random.integer(1, 100), random.integer(1, 3000), random.integer(1, 60_000)]),
    manner: random.pick(manners),
  };
}
