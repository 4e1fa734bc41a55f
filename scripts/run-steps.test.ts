import assert from "node:assert/strict";
import { test } from "node:test";
import { runSteps, type Step, type StepResult } from "./run-steps.ts";

const node = (name: string, code: string): Step => ({ name, command: [process.execPath, "-e", code] });

test("runSteps() tells steps that failed, with all they wrote, from those that passed", async () => {
  const reported: StepResult[] = [];
  const results = await runSteps(
    [
      node("good", "console.log('fine')"),
      node("bad", "console.log('out'); console.error('err'); process.exit(3)"),
      { name: "missing", command: ["no-such-program"] },
    ],
    (result) => reported.push(result),
    { width: 1 },
  );
  assert.deepEqual(
    results.map(({ name, passed }) => [name, passed]),
    [
      ["good", true],
      ["bad", false],
      ["missing", false],
    ],
  );
  assert.match(results[1]?.output ?? "", /out/);
  assert.match(results[1]?.output ?? "", /err/);
  assert.match(results[2]?.output ?? "", /ENOENT/);
  assert.deepEqual(reported, results);
});

test("runSteps() ends a step that takes too long, and calls it failed", async () => {
  const hang = node("hang", "setInterval(() => 0, 1000)");
  const [result] = await runSteps([hang], () => undefined, { timeoutMs: 300 });
  assert.equal(result?.passed, false);
  assert.match(result?.output ?? "", /aborted/);
});

test("runSteps() runs as many steps at a time as it is told", async () => {
  const spans: [number, number][] = [];
  const steps = ["a", "b", "c"].map((name) => node(name, "setTimeout(() => 0, 200)"));
  await runSteps(steps, ({ seconds }) => spans.push([performance.now() - seconds * 1000, performance.now()]), {
    width: 2,
  });
  const atOnce = spans.map(([start]) => spans.filter(([from, to]) => from <= start && start < to).length);
  assert.equal(Math.max(...atOnce), 2);
});
