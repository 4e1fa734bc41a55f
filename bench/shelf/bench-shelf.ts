import { join } from "node:path";
import { connectShelf } from "@pumice/shelf-client";
import { shelfdbPython, startShelfdb } from "../../test/support/shelfdb.js";
import { measured, Programs } from "../programs.js";
import { type BenchPlan, inRounds } from "../rounds.js";
import { summary } from "../summary.js";

/** What both programs know by these names. */
const workloads = [
  "get, a transaction each",
  "put, a transaction each",
  "get, in one transaction",
  "put, in one transaction",
];

/** Compares the shelf client with ShelfDB's own one for Python: the same real server, one connection, one call at a time. */
export async function benchShelf({ rounds, measureMs }: BenchPlan): Promise<void> {
  await using programs = new Programs();
  await using server = await startShelfdb();
  {
    await using db = connectShelf(server.url, { protocol: 3 });
    await db.shelf("bench").putMany(Array.from({ length: 1000 }, (_, n) => ({ key: `key-${n}`, data: { n } })));
  }
  const program = await programs.bundle(join(import.meta.dirname, "measure.ts"));
  const python = await shelfdbPython();
  const clients: Readonly<Record<string, (args: readonly string[]) => ReturnType<typeof measured>>> = {
    "shelf-client": (args) => measured(program, args),
    "shelfdb 3.1.0 (Python)": (args) => measured(join(import.meta.dirname, "measure.py"), args, python),
  };
  for (const workload of workloads) {
    const rows = await inRounds(Object.keys(clients), rounds, async (client) => {
      const run = clients[client];
      if (!run) throw new Error(`Cannot bench: no client "${client}"`);
      return await run([workload, server.url, String(measureMs)]);
    });
    console.log(`${summary(workload, "calls", rows)}\n`);
  }
}
