import { copyFileSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PackedPackage } from "../../scripts/pack-packages.ts";
import { run } from "./run.ts";

/** Versions of what users install beside our packages. */
export interface Peers {
  readonly connect: string;
  readonly protobuf: string;
}

const root = join(import.meta.dirname, "../..");

/** Installs the tarballs into an empty project outside of this repository, as a user would; returns its folder. */
export async function installProject(packed: readonly PackedPackage[], { connect, protobuf }: Peers): Promise<string> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "pumice-project-")));
  const manifest = {
    name: "project",
    private: true,
    dependencies: {
      ...Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`])),
      "@bufbuild/protobuf": protobuf,
      "@connectrpc/connect": connect,
      "@connectrpc/connect-node": connect,
      "@connectrpc/connect-web": connect,
      "@types/node": "^20.19.0",
    },
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  copyFileSync(join(root, ".npmrc"), join(folder, ".npmrc"));
  await run("npm", ["install", "--no-progress", "--prefer-offline"], folder);
  return folder;
}
