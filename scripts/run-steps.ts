import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";

/** A command of the repository's tools, run in its root. */
export interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
}

export interface StepResult {
  readonly name: string;
  readonly passed: boolean;
  readonly seconds: number;
  /** All it wrote. */
  readonly output: string;
}

const root = join(import.meta.dirname, "..");

/**
 * Runs steps in their order, `width` at a time, and tells `report` as each of them ends.
 *
 * @param timeoutMs - A step that takes longer is ended, and has failed.
 */
export async function runSteps(
  steps: readonly Step[],
  report: (result: StepResult) => void,
  { width = 2, timeoutMs = 180_000 }: { readonly width?: number; readonly timeoutMs?: number } = {},
): Promise<StepResult[]> {
  const results: StepResult[] = [];
  const queue = steps.values();
  const worker = async (): Promise<void> => {
    for (const step of queue) {
      const result = await runStep(step, timeoutMs);
      results.push(result);
      report(result);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

function runStep({ name, command: [program, ...args] }: Step, timeoutMs: number): Promise<StepResult> {
  const startedMs = performance.now();
  const bin = join(root, "node_modules", ".bin");
  const { PATH = "" } = process.env;
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, PATH: `${bin}${delimiter}${PATH}` },
    stdio: ["ignore", "pipe", "pipe"],
    signal: AbortSignal.timeout(timeoutMs),
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    const end = (passed: boolean, remark = "") => {
      const seconds = (performance.now() - startedMs) / 1000;
      resolve({ name, passed, seconds, output: Buffer.concat(chunks).toString() + remark });
    };
    child.on("error", (error) => end(false, `${error.message}\n`)); // no such program, or it took too long
    child.on("close", (code) => end(code === 0));
  });
}
