/** How a run of Node's test runner ended. */
export interface TestCounts {
  readonly passed: number;
  /** Failed, or cancelled before an end. */
  readonly failed: number;
  /** Names, for a message. */
  readonly skipped: readonly string[];
  readonly todo: readonly string[];
}

/** Counts the tests in the TAP report of `node --test`; suites are no tests. */
export function readTap(report: string): TestCounts {
  const lines = report.split("\n");
  const named = (directive: string): string[] =>
    lines.flatMap((line) => {
      const [, name] = new RegExp(`^ *(?:not )?ok \\d+ - (.*) # ${directive}\\b`).exec(line) ?? [];
      return name === undefined ? [] : [name];
    });
  // The totals stand at the end, at the margin; a test's own output is indented or begins with "# " inside its block.
  const total = (label: string): number => {
    const line = lines.findLast((candidate) => candidate.startsWith(`# ${label} `));
    if (line === undefined) throw new Error(`Cannot count tests: the report lacks its line "# ${label}"`);
    return Number(line.slice(`# ${label} `.length));
  };
  return {
    passed: total("pass"),
    failed: total("fail") + total("cancelled"),
    skipped: named("SKIP"),
    todo: named("TODO"),
  };
}
