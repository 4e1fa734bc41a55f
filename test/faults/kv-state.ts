import { setTimeout as sleep } from "node:timers/promises";
import type { ReferenceServer } from "@pumice/reference-server";
import type { CallResult } from "./kv-result.ts";
import { type KvTruth, readTruth } from "./kv-truth.ts";

/** Begins that were answered, and those that may have arrived besides. */
export interface Begins {
  readonly answered: number;
  readonly unanswered: number;
}

/** Requests of callers that have given up may be served a moment later. */
const settleMs = 3000;

/**
 * What the state of a server says against the results of calls, in words: an effect that was promised must be there, one
 * that was ruled out must not, and none may have happened twice: each takes a timestamp.
 *
 * @param before - The last reading before the calls.
 */
export async function stateProblems(
  kv: ReferenceServer["kv"],
  before: KvTruth,
  results: readonly CallResult[],
  begins: Begins,
): Promise<string[]> {
  const endsAtMs = performance.now() + settleMs;
  for (let readings = 1n; ; readings++) {
    const problems = compare(before, await readTruth(kv), readings, results, begins);
    if (problems.length === 0 || performance.now() > endsAtMs) return problems;
    await sleep(10);
  }
}

function compare(
  before: KvTruth,
  now: KvTruth,
  readings: bigint,
  results: readonly CallResult[],
  { answered, unanswered }: Begins,
): string[] {
  const problems: string[] = [];
  let timestamps = 0;
  for (const { id, name, call, effect, outcome } of results) {
    if (call.ruledOut?.(now, id)) problems.push(`${name} ${id} has an effect that it must not have`);
    const landed = call.landed?.(now, id);
    if (landed === undefined) continue;
    if (landed) timestamps += call.timestamps ?? 1;
    if (effect !== "unknown" && landed !== (effect === "there")) {
      problems.push(`${name} ${id} ended with ${outcome}, but its effect is ${landed ? "" : "not "}there`);
    }
  }
  const begun = Number(now.begun - before.begun - readings);
  if (begun < answered || begun > answered + unanswered) {
    problems.push(`${begun} transactions were begun, ${answered} begins were answered and ${unanswered} were not`);
  }
  const taken = Number(now.timestamp - before.timestamp - readings);
  if (taken !== timestamps + begun) {
    problems.push(
      `${taken} timestamps were taken by ${timestamps} effects and ${begun} begins: something happened twice`,
    );
  }
  return problems;
}
