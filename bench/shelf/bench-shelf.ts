import { join } from "node:path";
import { connectShelf } from "@pumice/shelf-client";
import { shelfdbPython, startShelfdb } from "../../test/support/shelfdb.js";
import type { BenchOptions } from "../bench-options.js";
import { bundleFolder } from "../bundle-folder.js";
import { compare } from "../compare.js";
import { measured } from "../measured.js";
import { summary } from "../summary.js";

/** What both programs know by these names. */
const workloads = [
  "get, a transaction each",
  "put, a transaction each",
  "get, in one transaction",
  "put, in one transaction",
];

/** Compares the shelf client with ShelfDB's own one for Python: the same real server, one connection, one call at a time. */
export async function benchShelf({ rounds, measureMs }: BenchOptions): Promise<void> {
  await using folder = await bundleFolder();
  await using server = await startShelfdb();
  const commands: Readonly<Record<string, readonly [string, string]>> = {
    "shelf-client": [process.execPath, await folder.bundle(join(import.meta.dirname, "measure.ts"))],
    "shelfdb 3.1.0 (Python)": [await shelfdbPython(), join(import.meta.dirname, "measure.py")],
  };
  {
    await using db = connectShelf(server.url, { protocol: 3 });
    await db.shelf("bench").putMany(Array.from({ length: 1000 }, (_, n) => ({ key: `key-${n}`, data: { n } })));
  }
  for (const workload of workloads) {
    const rows = await compare(Object.keys(commands), rounds, async (client) => {
      const [command = "", program = ""] = commands[client] ?? [];
      return await measured(command, [program, workload, server.url, String(measureMs)]);
    });
    console.log(`${summary(workload, "calls", rows)}\n`);
  }
}
