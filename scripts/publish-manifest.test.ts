import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { publishedManifest, restore, strip } from "./publish-manifest.ts";

test("publishedManifest() drops the source condition at every depth, scripts and devDependencies", () => {
  const manifest = {
    name: "x",
    exports: {
      ".": {
        node: { "@pumice/source": "./src/index.ts", import: { types: "./dist/index.d.ts" } },
        "@pumice/source": "./src/index.web.ts",
        default: "./dist/index.web.js",
      },
      "./proto/*": "./proto/*",
    },
    scripts: { build: "tsup" },
    dependencies: { y: "1" },
    devDependencies: { z: "1" },
  };
  assert.deepEqual(publishedManifest(manifest), {
    name: "x",
    exports: {
      ".": { node: { import: { types: "./dist/index.d.ts" } }, default: "./dist/index.web.js" },
      "./proto/*": "./proto/*",
    },
    dependencies: { y: "1" },
  });
});

test("restore() gives the manifest back byte for byte and takes away what strip() laid in", (t) => {
  const text = `{ "name": "x",\n\t"files": ["dist", "proto"], "scripts": {"build": "tsup"} }`;
  const folder = packageFolder(t, text);

  strip(folder);
  assert.deepEqual(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")), {
    name: "x",
    files: ["dist", "proto"],
  });
  assert.ok(existsSync(join(folder, "LICENSE")));
  assert.ok(existsSync(join(folder, "proto/scoriadb/scoriadb.proto")));
  assert.ok(!existsSync(join(folder, "proto/baseline.binpb")));

  restore(folder);
  assert.equal(readFileSync(join(folder, "package.json"), "utf8"), text);
  for (const guest of ["LICENSE", "proto", "package.json.orig"]) assert.ok(!existsSync(join(folder, guest)), guest);
});

test("strip() starts from the original when an earlier run died before restore()", (t) => {
  const text = '{"name":"x","scripts":{"build":"tsup"}}';
  const folder = packageFolder(t, text);
  strip(folder);
  strip(folder);
  restore(folder);
  assert.equal(readFileSync(join(folder, "package.json"), "utf8"), text);
});

test("restore() leaves a folder alone that was never stripped", (t) => {
  const text = '{"name":"x"}';
  const folder = packageFolder(t, text);
  restore(folder);
  assert.equal(readFileSync(join(folder, "package.json"), "utf8"), text);
});

function packageFolder(t: { after(clean: () => void): void }, manifest: string): string {
  const folder = mkdtempSync(join(tmpdir(), "pumice-manifest-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "package.json"), manifest);
  return folder;
}
