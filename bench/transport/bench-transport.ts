import { join } from "node:path";
import { startImmudb } from "../../test/support/immudb.js";
import { startUmadb } from "../../test/support/umadb.js";
import { measured, Programs, startServer } from "../programs.js";
import { type BenchPlan, inRounds } from "../rounds.js";
import { summary } from "../summary.js";
import { streamClients } from "./stream-clients.js";
import { unaryClients } from "./unary-clients.js";

const inFlights = [64, 1];

/** Compares the fast transport with its kin on the same servers. */
export async function benchTransport({ rounds, measureMs }: BenchPlan): Promise<void> {
  await using programs = new Programs();
  await using immudb = await startImmudb();
  await using umadb = await startUmadb();
  const program = await programs.bundle(join(import.meta.dirname, "measure.ts"));

  const unaryUrls = { "immudb Health": immudb.url, "UmaDB Head": umadb.url };
  for (const [target, url] of Object.entries(unaryUrls)) {
    for (const inFlight of inFlights) {
      const rows = await inRounds(Object.keys(unaryClients), rounds, (client) =>
        measured(program, ["unary", client, url, String(measureMs), target, String(inFlight)]),
      );
      console.log(`${summary(`${target}, ${inFlight} in flight`, "calls", rows)}\n`);
    }
  }
  const server = await programs.bundle(join(import.meta.dirname, "message-server.ts"));
  for (const [perFrame, manner] of [
    [1, "one to a DATA frame, as servers in Go send them"],
    [200, "200 to a DATA frame, as servers in Rust may send them"],
  ] as const) {
    await using messages = await startServer(server, [String(perFrame)]);
    const rows = await inRounds(Object.keys(streamClients), rounds, (client) =>
      measured(program, ["stream", client, messages.url, String(measureMs)]),
    );
    console.log(`${summary(`A stream of 100,000 messages of one event, ${manner}`, "messages", rows)}\n`);
  }
}
