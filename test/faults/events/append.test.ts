import assert from "node:assert/strict";
import { test } from "node:test";
import type { CallObserver } from "@pumice/client-core";
import { connectEvents } from "@pumice/events-client";
import { type FaultRates, type ReferenceServer, startReferenceServer } from "@pumice/reference-server";
import { stockGrpcTransport } from "../../support/stock-grpc-transport.ts";
import { faultPlan } from "../fault-plan.ts";
import { SeededRandom } from "../seeded-random.ts";
import { appendWithoutAnswers } from "./append-without-answers.ts";

const connections = {
  "our gRPC": ({ events }: ReferenceServer, observer: CallObserver) => connectEvents(events.url, { observer }),
  "connect-node's gRPC, wrapped": ({ events }: ReferenceServer, observer: CallObserver) =>
    connectEvents({ transport: stockGrpcTransport(events.url), observer }),
  "no socket": ({ events }: ReferenceServer, observer: CallObserver) =>
    connectEvents({ transport: events.transport, observer }),
};
const hitsInRound = 2000;

for (const [name, connect] of Object.entries(connections)) {
  test(`append() under a condition is neither doubled nor reported wrongly when answers are lost, over ${name}`, {
    timeout: 3_600_000,
  }, async (context) => {
    const { runs, seed } = faultPlan(250);
    const totals = { appends: 0, hits: 0, stored: 0, conflict: 0, unknown: 0, unsent: 0 };
    for (let round = 0; totals.hits < runs; round++) {
      const random = new SeededRandom(seed + round);
      const rates = randomRates(random);
      const faults = { seed: random.integer(1, 1_000_000), perRpc: { Append: rates } };
      await using server = await startReferenceServer({ events: { faults } });
      const report = await appendWithoutAnswers({
        connect: (observer) => connect(server, observer),
        lanes: 16,
        hits: Math.min(runs, hitsInRound),
        random,
        async settle() {
          server.events.faults.stop();
          await server.events.faults.releaseHeld();
          return connectEvents(server.events.url);
        },
      });
      assert.deepEqual(report.problems, [], `PUMICE_FAULT_SEED=${seed + round} repeats it: ${JSON.stringify(rates)}`);
      totals.appends += report.appends;
      totals.hits += report.hits;
      for (const outcome of ["stored", "conflict", "unknown", "unsent"] as const) {
        totals[outcome] += report.outcomes[outcome];
      }
    }
    context.diagnostic(`seed ${seed}, ${JSON.stringify(totals)}`);
  });
}

/** About every other append loses its answer, or itself on the way; some wait for an answer that never comes. */
function randomRates(random: SeededRandom): FaultRates {
  const loss = random.pick(["stream", "connection"] as const);
  return {
    dropAnswer: { rate: 0.2, loss },
    holdRequest: { rate: 0.1, calls: random.integer(1, 60), loss },
    dropRequest: random.chance(0.5) ? { rate: 0.05, loss } : { rate: 0.001, loss: "silence" },
    reset: { rate: 0.05, errorCode: random.pick([1, 2, 8, 11]) },
    refuse: 0.05,
    fail: 0.05,
  };
}
