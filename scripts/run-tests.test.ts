import assert from "node:assert/strict";
import { test } from "node:test";
import { readTap } from "./read-tap.ts";
import { readArguments, runProblems, testFiles } from "./run-tests.ts";

const green = { passed: 9, failed: 0, skipped: [], todo: [] };
const run = { floor: 5, exitCode: 0, strict: true };

test("testFiles() gives each file to one tier, at any depth", () => {
  const paths = [
    "packages/a/src/x.test.ts",
    "packages/a/src/deep/down/y.test.ts",
    "packages/a/src/x.ts",
    "packages/a/node_modules/b/z.test.ts",
    "scripts/s.test.ts",
    "test/conformance/kv.test.ts",
    "test/faults/f.test.ts",
    "test/packaging/p.test.ts",
    "test/real/r.test.ts",
    "tmp/t.test.ts",
  ];
  assert.deepEqual(testFiles(paths, "unit"), [
    "packages/a/src/deep/down/y.test.ts",
    "packages/a/src/x.test.ts",
    "scripts/s.test.ts",
    "test/conformance/kv.test.ts",
  ]);
  assert.deepEqual(testFiles(paths, "faults"), ["test/faults/f.test.ts"]);
  assert.deepEqual(testFiles(paths, "matrix"), ["test/packaging/p.test.ts"]);
  assert.deepEqual(testFiles(paths, "real"), ["test/real/r.test.ts"]);
});

test("readArguments() takes --runs out of the filters, and only a count", () => {
  assert.deepEqual(readArguments([]), { runs: undefined, filters: [] });
  assert.deepEqual(readArguments(["fuzz", "--runs", "20", "split"]), { runs: 20, filters: ["fuzz", "split"] });
  assert.deepEqual(readArguments(["--runs=1000000"]), { runs: 1_000_000, filters: [] });
  for (const wrong of ["0", "-1", "many", "1.5"]) assert.throws(() => readArguments([`--runs=${wrong}`]), RangeError);
});

test("runProblems() accepts a run without a failure above the floor", () => {
  assert.deepEqual(runProblems(green, run), []);
});

test("runProblems() names a runner that was lost and a run below the floor", () => {
  assert.deepEqual(runProblems({ ...green, failed: 2 }, { ...run, exitCode: 1 }), []);
  assert.deepEqual(runProblems(green, { ...run, exitCode: 7 }), ["the test runner ended with 7"]);
  assert.deepEqual(runProblems(green, { ...run, exitCode: null }), ["the test runner ended with a signal"]);
  assert.deepEqual(runProblems(green, { ...run, floor: 10 }), [
    "9 tests ran, at least 10 are expected: were files lost?",
  ]);
});

test("runProblems() takes skipped and todo tests for failures when strict, by name", () => {
  const counts = { ...green, skipped: ["a"], todo: ["b"] };
  assert.deepEqual(runProblems(counts, run), ["skipped: a", "todo: b"]);
  assert.deepEqual(runProblems(counts, { ...run, strict: false }), []);
});

test("readTap() counts tests and names those that did not run", () => {
  const report = `TAP version 13
# Subtest: suite
    # Subtest: one
    ok 1 - one
    # Subtest: two
    ok 2 - two # SKIP no server
    1..2
ok 1 - suite
# Subtest: three
not ok 2 - three # TODO
1..2
# tests 5
# suites 1
# pass 1
# fail 1
# cancelled 1
# skipped 1
# todo 1
# duration_ms 5.5
`;
  assert.deepEqual(readTap(report), { passed: 1, failed: 2, skipped: ["two"], todo: ["three"] });
});

test("readTap() throws at a report that breaks off", () => {
  assert.throws(() => readTap("TAP version 13\nok 1 - one\n"), { message: /lacks its line "# fail"|"# pass"/ });
});
