import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.ts";

const root = join(import.meta.dirname, "../..");

/** The program of a major version of Node: the running one, or one from the registry, kept in `.cache`. */
export async function nodeBinary(major: number): Promise<string> {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const folder = join(root, ".cache", `node-${major}`);
  // The `node` package fetches one of these in an install script, which npm does not run unasked.
  const name = `node-${process.platform}-${process.arch}`;
  const binary = join(folder, "node_modules", name, "bin", "node");
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
    await run("npm", ["install", "--no-progress", "--no-audit", "--no-fund", `${name}@${major}`], folder);
  }
  return binary;
}
