import assert from "node:assert/strict";
import { test } from "node:test";
import { tarballProblems } from "./tarball.ts";

const good = {
  paths: ["package.json", "LICENSE", "README.md", "dist/index.js", "proto/a.proto", "bin/x.js"],
  manifest: { name: "x", sideEffects: false, files: ["bin", "dist", "proto"], bin: { x: "./bin/x.js" } },
};

function problems(change: { paths?: string[]; manifest?: object }): string[] {
  const { paths, manifest } = { ...good, ...change };
  return tarballProblems({ paths, manifest: JSON.stringify(manifest) });
}

test("tarballProblems() accepts what a user needs", () => {
  assert.deepEqual(problems({}), []);
});

test("tarballProblems() finds what is for this repository alone", () => {
  assert.deepEqual(problems({ paths: [...good.paths, "src/index.ts"] }), [
    "src/index.ts does not belong into a package",
  ]);
  assert.deepEqual(problems({ paths: [...good.paths, "tsup.config.ts"] }), [
    "tsup.config.ts does not belong into a package",
    "tsup.config.ts is for this repository alone",
  ]);
  for (const path of ["dist/a.test.js", "proto/baseline.binpb"]) {
    assert.deepEqual(problems({ paths: [...good.paths, path] }), [`${path} is for this repository alone`]);
  }
});

for (const [path, message] of [
  ["LICENSE", "LICENSE is missing"],
  ["README.md", "README.md is missing"],
  ["proto/a.proto", "x promises proto, which is empty"],
] as const) {
  test(`tarballProblems() misses ${path}`, () => {
    assert.deepEqual(problems({ paths: good.paths.filter((other) => other !== path) }), [message]);
  });
}

test("tarballProblems() misses a bin's file and a build", () => {
  assert.ok(
    problems({ paths: good.paths.filter((path) => path !== "bin/x.js") }).includes("the bin ./bin/x.js is missing"),
  );
  const unbuilt = problems({ paths: good.paths.filter((path) => path !== "dist/index.js") });
  assert.ok(unbuilt.includes("dist is empty: the package was not built"));
});

test("tarballProblems() refuses a manifest that was not stripped, or that claims side effects", () => {
  const { manifest } = good;
  assert.deepEqual(problems({ manifest: { ...manifest, exports: { "@pumice/source": "./src/index.ts" } } }), [
    "the manifest names @pumice/source, which users lack",
  ]);
  assert.deepEqual(problems({ manifest: { ...manifest, scripts: {} } }), [
    "the manifest holds scripts or devDependencies",
  ]);
  assert.deepEqual(problems({ manifest: { ...manifest, sideEffects: true } }), [
    "the manifest does not say sideEffects: false",
  ]);
});
