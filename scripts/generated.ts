import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

/** Where two sets of files differ, by path; both map a path to its bytes. */
export function fileDifferences(committed: ReadonlyMap<string, Buffer>, fresh: ReadonlyMap<string, Buffer>): string[] {
  const paths = [...new Set([...committed.keys(), ...fresh.keys()])].sort();
  return paths.flatMap((path) => {
    const [old, now] = [committed.get(path), fresh.get(path)];
    if (!now) return [`${path}: is not generated from any .proto file`];
    if (!old) return [`${path}: was not generated yet`];
    return old.equals(now) ? [] : [`${path}: is not what the .proto files say now`];
  });
}

function readFiles(folder: string): Map<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  return new Map(paths.map((path) => [relative(folder, path), readFileSync(path)]));
}

if (process.argv[1] === import.meta.filename) {
  const root = join(import.meta.dirname, "..");
  const stubs = join("packages", "stubs", "src");
  const folder = mkdtempSync(join(tmpdir(), "pumice-generated-"));
  const { status } = spawnSync("buf", ["generate", "--output", folder], { cwd: root, stdio: "inherit" });
  const problems =
    status === 0
      ? fileDifferences(readFiles(join(root, stubs)), readFiles(join(folder, stubs)))
      : ["buf generate failed"];
  rmSync(folder, { recursive: true });
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error("`npm run generate` writes packages/stubs/src; nothing else does.");
    process.exitCode = 1;
  }
}
