import { spawnSync } from "node:child_process";
import { basename } from "node:path";

/** What stands in a tarball: the paths without npm's `package/`, and the manifest. */
export interface TarballContents {
  readonly paths: readonly string[];
  readonly manifest: string;
}

/** What a user should not get, or would miss. */
export function tarballProblems({ paths, manifest }: TarballContents): string[] {
  const problems: string[] = [];
  for (const path of paths) {
    const allowed = /^(dist|bin|proto)\//.test(path) || ["package.json", "LICENSE", "README.md"].includes(path);
    if (!allowed) problems.push(`${path} does not belong into a package`);
    if (/\.test\.|tsup\.config|\.binpb$|\.orig$/.test(path)) problems.push(`${path} is for this repository alone`);
  }
  for (const path of ["LICENSE", "README.md"]) {
    if (!paths.includes(path)) problems.push(`${path} is missing`);
  }
  if (!paths.some((path) => path.startsWith("dist/"))) problems.push("dist is empty: the package was not built");
  if (manifest.includes("@pumice/source")) problems.push("the manifest names @pumice/source, which users lack");
  const { name, files = [], scripts, devDependencies, sideEffects, bin = {} } = JSON.parse(manifest);
  if (scripts || devDependencies) problems.push("the manifest holds scripts or devDependencies");
  if (sideEffects !== false) problems.push("the manifest does not say sideEffects: false");
  for (const target of Object.values<string>(bin)) {
    if (!paths.includes(target.replace(/^\.\//, ""))) problems.push(`the bin ${target} is missing`);
  }
  for (const folder of files) {
    if (!paths.some((path) => path.startsWith(`${folder}/`)))
      problems.push(`${name} promises ${folder}, which is empty`);
  }
  return problems;
}

/** Reads a tarball with the system's `tar`. */
export function readTarball(path: string): TarballContents {
  const lines = tar("-tzf", path).trim().split("\n");
  return {
    paths: lines.map((line) => line.replace(/^package\//, "")),
    manifest: tar("-xzOf", path, "package/package.json"),
  };
}

function tar(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync("tar", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`Cannot read the tarball: ${stderr}`);
  return stdout;
}

if (process.argv[1] === import.meta.filename) {
  const paths = process.argv.slice(2);
  const problems = paths.flatMap((path) =>
    tarballProblems(readTarball(path)).map((text) => `${basename(path)}: ${text}`),
  );
  for (const problem of problems) console.error(problem);
  if (problems.length > 0 || paths.length === 0) process.exitCode = 1;
}
