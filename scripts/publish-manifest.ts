import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** A package.json as it is published: without what only this repository needs. */
export function publishedManifest(manifest: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { scripts, devDependencies, ...published } = manifest;
  const { exports } = published;
  return exports === undefined ? published : { ...published, exports: withoutSourceCondition(exports) };
}

/** Makes a package's folder ready to be packed; `restore` takes all of it back. */
export function strip(folder: string): void {
  restore(folder); // an earlier run may have died between the two
  const text = readFileSync(join(folder, "package.json"), "utf8");
  const manifest: Record<string, unknown> = JSON.parse(text);
  for (const [from, to] of guests(folder, manifest)) {
    cpSync(from, to, { recursive: true, filter: (path) => !path.endsWith(".binpb") });
  }
  // The original is in place before anything overwrites the manifest: a crash at any line can be undone.
  writeFileSync(join(folder, "package.json.orig"), text);
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(publishedManifest(manifest), null, 2)}\n`);
}

/** Undoes `strip`, byte for byte; does nothing in a folder that is as it should be. */
export function restore(folder: string): void {
  const original = join(folder, "package.json.orig");
  if (existsSync(original)) renameSync(original, join(folder, "package.json"));
  const manifest: Record<string, unknown> = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const [, to] of guests(folder, manifest)) rmSync(to, { recursive: true, force: true });
}

function withoutSourceCondition(conditions: unknown): unknown {
  if (typeof conditions !== "object" || conditions === null) return conditions;
  if (Array.isArray(conditions)) return conditions.map(withoutSourceCondition);
  return Object.fromEntries(
    Object.entries(conditions)
      .filter(([name]) => name !== "@pumice/source")
      .map(([name, value]) => [name, withoutSourceCondition(value)]),
  );
}

/** What a tarball takes along from the root, from where to where. */
function guests(folder: string, { files }: Readonly<Record<string, unknown>>): [from: string, to: string][] {
  const pairs: [string, string][] = [[join(root, "LICENSE"), join(folder, "LICENSE")]];
  if (Array.isArray(files) && files.includes("proto")) pairs.push([join(root, "proto"), join(folder, "proto")]);
  return pairs;
}

if (process.argv[1] === import.meta.filename) {
  const commands: Record<string, (folder: string) => void> = { strip, restore };
  const command = commands[process.argv[2] ?? ""];
  if (!command)
    throw new Error("Cannot go on: call it as publish-manifest.ts strip, or restore, in a package's folder");
  command(process.cwd());
}
