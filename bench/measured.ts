import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import type { Measurement } from "./summary.js";

const run = promisify(execFile);

/** Gives every client its turn in every round, so that whatever slows the machine down slows all of them down. */
export async function compare(
  clients: readonly string[],
  rounds: number,
  measure: (client: string) => Promise<Measurement>,
): Promise<Map<string, Measurement[]>> {
  const rows = new Map(clients.map((client): [string, Measurement[]] => [client, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [client, measurements] of rows) measurements.push(await measure(client));
  }
  return rows;
}

/** Runs a program that measures, in a process of its own, and reads what it prints: a {@link Measurement}. */
export async function measured(command: string, args: readonly string[]): Promise<Measurement> {
  const { stdout } = await run(command, [...args], { timeout: 60_000 });
  return JSON.parse(stdout) as Measurement; // what the programs named measure print
}

/** A folder for bundled programs, inside of the repository so that they find its packages. */
export async function bundleFolder(): Promise<AsyncDisposable & { bundle(source: string): Promise<string> }> {
  const cache = join(import.meta.dirname, "../.cache");
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, "bench-"));
  let count = 0;
  return {
    // On source, tsx would wrap every inner function to keep its name: that costs more than some of the calls.
    async bundle(source) {
      const outfile = join(folder, `${count++}.mjs`);
      await build({
        entryPoints: [source],
        outfile,
        bundle: true,
        platform: "node",
        format: "esm",
        target: "node20",
        conditions: ["@pumice/source"],
        external: ["@bufbuild/*", "@connectrpc/*", "@grpc/*", "@msgpack/*"],
        logLevel: "warning",
      });
      return outfile;
    },
    [Symbol.asyncDispose]: async () => await rm(folder, { recursive: true }),
  };
}
