import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Measurement } from "./summary.js";

const run = promisify(execFile);

/** Runs a program that measures, in a process of its own, and reads what it prints: a {@link Measurement}. */
export async function measured(command: string, args: readonly string[]): Promise<Measurement> {
  const { stdout } = await run(command, [...args], { timeout: 60_000 });
  return JSON.parse(stdout) as Measurement; // what the programs named measure print
}
