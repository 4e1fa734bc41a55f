import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { runSteps, type Step, type StepResult } from "./run-steps.ts";

const root = join(import.meta.dirname, "..");

/** What needs nothing but the sources, and the build; as the longest of them it starts first. */
function sourceSteps(): Step[] {
  const configs = readdirSync(join(root, "packages"))
    .flatMap((name) => readdirSync(join(root, "packages", name)).map((file) => `packages/${name}/${file}`))
    .filter((path) => /^tsconfig.*\.json$/.test(basename(path)));
  return [
    { name: "build", command: ["npm", "run", "--silent", "build"] },
    { name: "types, all together", command: ["tsc", "--noEmit"] },
    ...configs.map((path): Step => ({ name: `types, ${path}`, command: ["tsc", "--noEmit", "--project", path] })),
    { name: "biome", command: ["biome", "ci", "."] },
    { name: "buf lint", command: ["buf", "lint"] },
    { name: "buf format", command: ["buf", "format", "--diff", "--exit-code"] },
    { name: "buf breaking", command: ["buf", "breaking", "--against", "proto/baseline.binpb"] },
    { name: "generation up to date", command: ["tsx", "scripts/generated.ts"] },
    { name: "layers", command: ["tsx", "scripts/layers.ts"] },
    { name: "surface", command: ["tsx", "scripts/surface.ts"] },
  ];
}

/** What looks at the packages as their users get them. */
function tarballSteps(folder: string): Step[] {
  return readdirSync(folder).flatMap((file): Step[] => {
    const tarball = join(folder, file);
    return [
      { name: `attw, ${file}`, command: ["attw", tarball, "--profile", "node16", "--no-color", "--no-emoji"] },
      { name: `publint, ${file}`, command: ["publint", "run", tarball, "--strict"] },
      { name: `contents, ${file}`, command: ["tsx", "scripts/tarball.ts", tarball] },
    ];
  });
}

function report({ name, passed, seconds, output }: StepResult): void {
  console.log(`${passed ? "ok    " : "FAILED"} ${name} (${seconds.toFixed(1)} s)`);
  if (!passed) console.log(output.replace(/^/gm, "       "));
}

const resultFile = join(root, ".test-results", "check.json");
rmSync(resultFile, { force: true }); // what an earlier run said must not stand for this one

const results = await runSteps(sourceSteps(), report);
const tarballs = mkdtempSync(join(tmpdir(), "pumice-check-"));
// Alone, because it rewrites each package's manifest for a moment.
results.push(...(await runSteps([{ name: "pack", command: ["tsx", "scripts/pack-packages.ts", tarballs] }], report)));
const sizes: Step = { name: "sizes", command: ["size-limit"] };
results.push(...(await runSteps([sizes, ...tarballSteps(tarballs)], report)));
rmSync(tarballs, { recursive: true });

const passed = results.filter((result) => result.passed).length;
const failed = results.length - passed;
mkdirSync(join(root, ".test-results"), { recursive: true });
writeFileSync(resultFile, `${JSON.stringify({ passed, failed })}\n`);
console.log(`check: ${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
