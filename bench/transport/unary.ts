import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { subjects } from "./subjects.js";

/*
 * Small unary calls: every subject in fresh processes, the rounds interleaved, against one server. Prints the median
 * and the best of the rounds. Arguments: rounds, seconds.
 */
const [rounds = "3", seconds = "2"] = process.argv.slice(2);
const flags = ["--import", "tsx", "--conditions=@pumice/source"];
const server = spawn(process.execPath, [...flags, join(import.meta.dirname, "server.ts")], {
  stdio: ["ignore", "pipe", "inherit"],
});
const [port] = await once(server.stdout, "data");
const url = `http://127.0.0.1:${String(port).trim()}`;

interface Result {
  readonly callsPerSecond: number;
  readonly cpuMicrosPerCall: number;
}

try {
  for (const inFlight of ["64", "1"]) {
    const results = new Map<string, Result[]>();
    for (let round = 0; round < Number(rounds); round++) {
      for (const name of Object.keys(subjects))
        results.set(name, [...(results.get(name) ?? []), measure(name, inFlight)]);
    }
    console.log(`${inFlight} in flight`);
    for (const [name, found] of results) console.log(`  ${name.padEnd(42)}${line(found)}`);
  }
} finally {
  server.kill();
}

function measure(name: string, inFlight: string): Result {
  const program = join(import.meta.dirname, "run-subject.ts");
  const run = spawnSync(process.execPath, [...flags, program, name, url, inFlight, seconds], { encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${name} failed: ${run.stderr}`);
  return JSON.parse(run.stdout) as Result;
}

function line(results: readonly Result[]): string {
  const rates = results.map(({ callsPerSecond }) => callsPerSecond).sort((a, b) => a - b);
  const costs = results.map(({ cpuMicrosPerCall }) => cpuMicrosPerCall).sort((a, b) => a - b);
  const middle = Math.floor(rates.length / 2);
  const [medianRate = 0, bestRate = 0] = [rates[middle], rates.at(-1)];
  const [medianCost = 0, bestCost = 0] = [costs[middle], costs[0]];
  return (
    `${medianRate.toFixed(0).padStart(8)} calls/s (best ${bestRate.toFixed(0)})` +
    `${medianCost.toFixed(1).padStart(9)} us CPU a call (best ${bestCost.toFixed(1)})`
  );
}
