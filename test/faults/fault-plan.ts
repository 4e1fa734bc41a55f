/** What a run does: `--runs` of the runner raises the count, `PUMICE_FAULT_SEED` repeats an earlier run. */
export interface FaultPlan {
  readonly runs: number;
  readonly seed: number;
}

/** @param runs - How many where nobody asks for more. */
export function faultPlan(runs: number, environment: NodeJS.ProcessEnv = process.env): FaultPlan {
  const { PUMICE_FAULT_RUNS, PUMICE_FAULT_SEED } = environment;
  return {
    runs: Math.max(runs, wholeNumber("PUMICE_FAULT_RUNS", PUMICE_FAULT_RUNS) ?? 0),
    seed: wholeNumber("PUMICE_FAULT_SEED", PUMICE_FAULT_SEED) ?? Math.floor(Math.random() * 0x7fffffff),
  };
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`Cannot plan the faults: ${name} must be a whole number, got "${text}"`);
  }
  return value;
}
