import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { restore } from "./publish-manifest.ts";

/** A package as it would be published. */
export interface PackedPackage {
  /** With its scope. */
  readonly name: string;
  readonly tarball: string;
}

const root = join(import.meta.dirname, "..");

/** Packs every package into `folder`, as its users would get it; the packages must be built. */
export function packPackages(folder: string): PackedPackage[] {
  mkdirSync(folder, { recursive: true });
  const sources = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name));
  const args = ["pack", "--workspaces", "--silent", "--pack-destination", folder];
  const { status, stdout, stderr } = spawnSync("npm", args, { cwd: root, encoding: "utf8" });
  if (status !== 0) {
    for (const source of sources) restore(source); // npm leaves postpack out when it fails
    throw new Error(`Cannot pack the packages: npm ended with ${status}\n${stdout}${stderr}`);
  }
  return sources.map((source) => {
    const { name, version } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
    return { name, tarball: join(folder, `${name.slice(1).replace("/", "-")}-${version}.tgz`) };
  });
}

/** Every package's tarball in a folder that `packPackages` filled, from the command line: `pack-packages.ts <folder>`. */
if (process.argv[1] === import.meta.filename) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error("Cannot pack: name the folder for the tarballs");
  for (const { tarball } of packPackages(folder)) console.log(tarball);
}
