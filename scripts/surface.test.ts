import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { surfaceChanges, surfaces } from "./surface.ts";

const oneDoor = { ".": { "@pumice/source": "./src/index.ts", default: "./dist/index.js" } };

test("surfaces() lists declarations without comments and bodies, and hidden types they use", (t) => {
  const folder = packageFolder(t, oneDoor, {
    "index.ts": 'export { greet, type Name } from "./greet.js";',
    "greet.ts": `
      interface Words { readonly hello: string }
      interface Unused { readonly x: string }
      /** A name. */
      export type Name = string;
      /** Greets. */
      export function greet(name: Name, words: Words): string { return words.hello + name; }`,
  });
  const { texts, problems } = surfaces([folder]);
  assert.deepEqual(problems, []);
  assert.equal(
    texts.get("sample"),
    `# @pumice/sample: what it exports. Written by \`npm run update:surface\`.

## .

type Name = string;

function greet(name: Name, words: Words): string;

### Not exported, but used above

interface Words {
    readonly hello: string;
}
`,
  );
});

test("surfaceChanges() shows a changed member, a new package and a lost one", (t) => {
  const before = packageFolder(t, oneDoor, { "index.ts": "export interface A { readonly x: string; readonly y: 1 }" });
  const after = packageFolder(t, oneDoor, { "index.ts": "export interface A { readonly x: number; readonly y: 1 }" });
  const [was, is] = [surfaces([before]).texts, surfaces([after]).texts];
  assert.deepEqual(surfaceChanges(is, is), []);
  assert.deepEqual(surfaceChanges(is, was), [
    "docs/surface/sample.txt (- committed, + now)\n-     readonly x: string;\n+     readonly x: number;",
  ]);
  assert.match(surfaceChanges(is, new Map()).join(), /\+ interface A/);
  assert.match(surfaceChanges(new Map(), was).join(), /- interface A/);
});

test("surfaces() says where the entries of one door differ", (t) => {
  const doors = {
    ".": { node: { "@pumice/source": "./src/index.ts" }, "@pumice/source": "./src/index.web.ts", default: "./x.js" },
  };
  const folder = packageFolder(t, doors, {
    "index.ts": "export const a: string = 'a'; export const b: string = 'b';",
    "index.web.ts": "export const a: string = 'a';",
  });
  assert.deepEqual(surfaces([folder]).problems, ["sample, door .: its entries differ\n- \n- const b: string"]);
});

test("surfaces() lists generated code by its names", (t) => {
  const doors = { "./kv": { "@pumice/source": "./src/kv_pb.ts" }, "./proto/*": "./proto/*" };
  const folder = packageFolder(t, doors, { "kv_pb.ts": "export enum Level { Low } export const file: number = 1;" });
  assert.match(surfaces([folder]).texts.get("sample") ?? "", /## .\/kv\n\nenum Level\nconst file\n\n## .\/proto\/\*\n/);
});

function packageFolder(t: TestContext, exports: unknown, sources: Readonly<Record<string, string>>): string {
  const parent = mkdtempSync(join(tmpdir(), "pumice-surface-"));
  t.after(() => rmSync(parent, { recursive: true }));
  const folder = join(parent, "sample");
  mkdirSync(join(folder, "src"), { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "@pumice/sample", exports }));
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, "src", name), text);
  return folder;
}
