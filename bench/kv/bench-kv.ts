import { join } from "node:path";
import { measured, Programs, startServer } from "../programs.js";
import { type BenchPlan, inRounds } from "../rounds.js";
import { summary } from "../summary.js";
import { kvClients } from "./kv-clients.js";

const inFlights = [64, 1];

/** Says what the facade costs over the bare stub, and compares it with another stack, on one server. */
export async function benchKv({ rounds, measureMs }: BenchPlan): Promise<void> {
  await using programs = new Programs();
  await using server = await startServer(await programs.bundle(join(import.meta.dirname, "answer-server.ts")));
  const program = await programs.bundle(join(import.meta.dirname, "measure.ts"));
  for (const call of ["get", "put"]) {
    for (const inFlight of inFlights) {
      const rows = await inRounds(Object.keys(kvClients), rounds, (client) =>
        measured(program, [client, call, server.url, String(measureMs), String(inFlight)]),
      );
      console.log(`${summary(`${call}, ${inFlight} in flight`, "calls", rows)}\n`);
    }
  }
}
