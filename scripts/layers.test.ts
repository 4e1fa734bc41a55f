import assert from "node:assert/strict";
import { test } from "node:test";
import { type Layer, layerProblems } from "./layers.ts";

const table: Record<string, Layer> = {
  stubs: { imports: [], runsOn: "node and browsers" },
  core: { imports: ["stubs"], runsOn: "node and browsers" },
  client: { imports: ["core"], runsOn: "node and browsers", nodeFilesImport: ["transport"] },
  transport: { imports: [], runsOn: "node" },
  server: { imports: ["stubs", "client/wire"], runsOn: "node" },
};
const doors = { stubs: ["./kv", "./proto/*"], core: ["."], client: [".", "./wire"], transport: ["."], server: ["."] };

/** What is said of one file, without its path; other files are there and empty. */
function problems(path: string, text: string, others: string[] = []): string[] {
  const files = [{ path, text }, ...others.map((other) => ({ path: other, text: "" }))];
  return layerProblems(files, doors, table).map((line) => line.replace(`${path}: imports `, ""));
}

test("layerProblems() accepts imports that point down the table", () => {
  assert.deepEqual(problems("packages/core/src/a.ts", 'import { x } from "@pumice/stubs/kv"; import "./b.js";'), []);
  assert.deepEqual(problems("packages/server/src/a.ts", 'import "node:net"; import "@pumice/client/wire";'), []);
});

for (const [form, text] of Object.entries({
  "an import": 'import { x } from "@pumice/client";',
  "a type import": 'import type { X } from "@pumice/client";',
  "an export from": 'export { x } from "@pumice/client";',
  "a dynamic import": 'const x = await import("@pumice/client");',
  "an import type": 'export const x: import("@pumice/client").X = 1;',
  "a require": 'const x = require("@pumice/client");',
})) {
  test(`layerProblems() finds a package above in ${form}`, () => {
    assert.deepEqual(problems("packages/core/src/a.ts", text), [
      "@pumice/client, but of our packages core may know: stubs",
    ]);
  });
}

test("layerProblems() knows a single door from the whole package", () => {
  assert.deepEqual(problems("packages/server/src/a.ts", 'import "@pumice/client";'), [
    "@pumice/client, but of our packages server may know: stubs, client/wire",
  ]);
});

test("layerProblems() refuses what is no door, also outside the packages", () => {
  for (const target of [
    "@pumice/core/src/a.ts",
    "@pumice/core/dist/index.js",
    "@pumice/stubs",
    "@pumice/stubs/proto/",
  ]) {
    assert.deepEqual(problems("test/a.ts", `import "${target}";`), [
      `${target}, which is no door of that package: see its exports`,
    ]);
  }
  assert.deepEqual(problems("test/a.ts", 'import "@pumice/stubs/proto/kv.proto";'), []);
  assert.deepEqual(problems("test/a.ts", 'import "@pumice/nothing";'), [
    "@pumice/nothing, which is no package of ours",
  ]);
});

test("layerProblems() lets examples and tests use every package by name, and none by path", () => {
  assert.deepEqual(problems("examples/a.ts", 'import "@pumice/server"; import "@pumice/client";'), []);
  assert.deepEqual(problems("test/x/a.ts", 'import "../../packages/core/src/a.js";'), [
    "../../packages/core/src/a.js, the inside of a package: use its name",
  ]);
});

test("layerProblems() lets the fuzz of a package's inside in by path", () => {
  assert.deepEqual(problems("test/faults/replay.ts", 'import "../../packages/core/src/a.js";'), []);
  assert.equal(problems("test/faults/other.ts", 'import "../../packages/core/src/a.js";').length, 1);
});

test("layerProblems() keeps relative imports inside their package", () => {
  for (const target of ["../../client/src/a.js", "../../../test/support/a.js"]) {
    assert.deepEqual(problems("packages/core/src/a.ts", `import "${target}";`), [
      `${target}, which leaves its package: use a package's name`,
    ]);
  }
});

test("layerProblems() refuses what needs Node in a package for browsers, except in *.node.ts and tests", () => {
  for (const target of ["node:fs", "fs", "@connectrpc/connect-node"]) {
    const text = `import "${target}";`;
    assert.deepEqual(problems("packages/client/src/a.ts", text), [
      `${target}, which browsers lack: what needs Node goes into a file called *.node.ts`,
    ]);
    assert.deepEqual(problems("packages/client/src/a.node.ts", text), []);
    assert.deepEqual(problems("packages/client/src/a.test.ts", text), []);
    assert.deepEqual(problems("packages/server/src/a.ts", text), []);
  }
});

test("layerProblems() lets only *.node.ts and the Node entry load a *.node.ts file", () => {
  const text = 'import "./a.node.js";';
  const refused = "./a.node.js, which browsers would load too: only the Node entry and *.node.ts files import it";
  assert.deepEqual(problems("packages/client/src/index.ts", text, ["packages/client/src/index.web.ts"]), []);
  assert.deepEqual(problems("packages/client/src/b.node.ts", text), []);
  assert.deepEqual(problems("packages/client/src/index.web.ts", text), [refused]);
  assert.deepEqual(problems("packages/client/src/b.ts", text), [refused]);
  assert.deepEqual(problems("packages/core/src/index.ts", text), [refused], "its index.ts is the browsers' entry too");
});

test("layerProblems() lets only *.node.ts import our packages for Node", () => {
  const text = 'import "@pumice/transport";';
  assert.deepEqual(problems("packages/client/src/a.node.ts", text), []);
  assert.deepEqual(problems("packages/client/src/a.ts", text), [
    "@pumice/transport, but of our packages client may know: core",
  ]);
});

test("layerProblems() asks for a row for a new package, and for no more rows than packages", () => {
  assert.deepEqual(layerProblems([{ path: "packages/new/src/a.ts", text: "" }], { new: ["."] }, {}), [
    "packages/new: has no row in the table of scripts/layers.ts, add one",
  ]);
  assert.deepEqual(layerProblems([], {}, { old: { imports: [], runsOn: "node" } }), [
    "packages/old: has a row in the table of scripts/layers.ts, but is no package",
  ]);
});
