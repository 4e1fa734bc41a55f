import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { parseArgs } from "node:util";
import { readTap, type TestCounts } from "./read-tap.ts";

/** A set of tests that runs together. */
interface Tier {
  /** The folders that hold its tests and no other tier's; the unit tier has everything that is left. */
  readonly folders: readonly string[];
  /** Fewer tests than this are a failure: files were lost, or are no longer found. Raise it as tests are added. */
  readonly floor: number;
  /** For one test, and for one file as a whole. */
  readonly timeoutMs: number;
  readonly buildsFirst?: boolean;
  /** Files at a time. @defaultValue 2 */
  readonly concurrency?: number;
  /** Its tests repeat themselves: `--runs <count>` says how often at least, and they may take as long as that takes. */
  readonly hasRuns?: boolean;
}

export const tiers: Readonly<Record<string, Tier>> = {
  unit: { folders: [], floor: 2440, timeoutMs: 120_000 },
  faults: { folders: ["test/faults"], floor: 43, timeoutMs: 240_000, hasRuns: true },
  real: { folders: ["test/real"], floor: 270, timeoutMs: 240_000, hasRuns: true },
  start: { folders: ["test/start"], floor: 1, timeoutMs: 120_000 },
  "transport-conformance": { folders: ["test/transport-conformance"], floor: 4, timeoutMs: 240_000 },
  matrix: { folders: ["test/packaging"], floor: 66, timeoutMs: 600_000, buildsFirst: true, concurrency: 1 },
};

const searched = ["packages", "scripts", "test", "examples"];

/** The files of one tier, out of all paths from the root, with forward slashes. */
export function testFiles(paths: readonly string[], tier: string): string[] {
  const inside = (path: string, folders: readonly string[]) => folders.some((folder) => path.startsWith(`${folder}/`));
  const others = Object.values(tiers).flatMap(({ folders }) => folders);
  const own = tiers[tier]?.folders ?? [];
  return paths
    .filter((path) => path.endsWith(".test.ts") && inside(path, searched) && !path.includes("/node_modules/"))
    .filter((path) => (own.length > 0 ? inside(path, own) : !inside(path, others)))
    .sort();
}

/** What is wrong with a run besides tests that failed, in lines. */
export function runProblems(
  counts: TestCounts,
  run: { floor: number; exitCode: number | null; strict: boolean },
): string[] {
  const problems: string[] = [];
  const total = counts.passed + counts.failed + counts.skipped.length + counts.todo.length;
  if (counts.failed === 0 && run.exitCode !== 0)
    problems.push(`the test runner ended with ${run.exitCode ?? "a signal"}`);
  if (total < run.floor) problems.push(`${total} tests ran, at least ${run.floor} are expected: were files lost?`);
  if (run.strict) {
    for (const name of counts.skipped) problems.push(`skipped: ${name}`);
    for (const name of counts.todo) problems.push(`todo: ${name}`);
  }
  return problems;
}

function main([name = "", ...rest]: readonly string[]): void {
  const tier = tiers[name];
  if (!tier)
    throw new Error(`Cannot run tests: the tier must be one of ${Object.keys(tiers).join(", ")}, got "${name}"`);
  const { runs, filters } = readArguments(rest);
  if (runs !== undefined && !tier.hasRuns) throw new Error(`Cannot run tests: tier ${name} takes no --runs`);
  const root = join(import.meta.dirname, "..");
  const resultFile = join(root, ".test-results", `${name}.json`);
  rmSync(resultFile, { force: true }); // what an earlier run said must not stand for this one

  const files = testFiles(listFiles(root), name).filter(
    (file) => filters.length === 0 || filters.some((filter) => file.includes(filter)),
  );
  if (files.length === 0) throw new Error(`Cannot run tests: tier ${name} has no test file that matches`);
  if (tier.buildsFirst) {
    const build = spawnSync("npm", ["run", "--silent", "build"], { cwd: root, stdio: "inherit" });
    if (build.status !== 0) throw new Error("Cannot run tests: the build failed");
  }

  const { counts, exitCode } = runNode(root, files, tier, runs);
  const { CI } = process.env;
  const floor = filters.length === 0 ? tier.floor : 0;
  const problems = runProblems(counts, { floor, exitCode, strict: CI !== undefined });
  for (const problem of problems) console.error(`${name}: ${problem}`);

  const { passed, skipped, todo } = counts;
  const failed = counts.failed + problems.length;
  mkdirSync(join(root, ".test-results"), { recursive: true });
  writeFileSync(resultFile, `${JSON.stringify({ passed, failed, skipped: skipped.length, todo: todo.length })}\n`);
  const unrun = skipped.length + todo.length > 0 ? `, ${skipped.length} skipped, ${todo.length} todo` : "";
  console.log(`${passed} passed, ${failed} failed${unrun}`);
  if (failed > 0) process.exitCode = 1;
}

/** `--runs 10000` or `--runs=10000`; whatever else is part of a path. */
export function readArguments(args: readonly string[]): { runs: number | undefined; filters: string[] } {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { runs: { type: "string" } },
    allowPositionals: true,
  });
  if (values.runs === undefined) return { runs: undefined, filters: positionals };
  if (!/^[1-9]\d{0,8}$/.test(values.runs)) {
    throw new RangeError(`Cannot run tests: --runs must be a whole number >= 1, got "${values.runs}"`);
  }
  return { runs: Number(values.runs), filters: positionals };
}

function runNode(
  root: string,
  files: readonly string[],
  { timeoutMs, concurrency = 2 }: Tier,
  runs: number | undefined,
): { counts: TestCounts; exitCode: number | null } {
  const folder = mkdtempSync(join(tmpdir(), "pumice-tests-"));
  const tap = join(folder, "results.tap");
  const { status } = spawnSync(
    process.execPath,
    [
      ...["--import", "tsx", "--conditions=@pumice/source", "--test", `--test-concurrency=${concurrency}`],
      ...(runs === undefined ? [`--test-timeout=${timeoutMs}`] : []),
      ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
      ...["--test-reporter=tap", `--test-reporter-destination=${tap}`],
      ...files,
    ],
    {
      cwd: root,
      stdio: "inherit",
      env: runs === undefined ? process.env : { ...process.env, PUMICE_FAULT_RUNS: String(runs) },
    },
  );
  const counts = readTap(readFileSync(tap, "utf8"));
  rmSync(folder, { recursive: true });
  return { counts, exitCode: status };
}

function listFiles(root: string): string[] {
  return searched.flatMap((top) => {
    const entries = readdirSync(join(root, top), { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => posix.join(entry.parentPath.slice(root.length + 1).replaceAll("\\", "/"), entry.name));
  });
}

if (process.argv[1] === import.meta.filename) main(process.argv.slice(2));
