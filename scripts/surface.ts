import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { lineDiff } from "./line-diff.ts";
import { doorSurface, loadDeclarations } from "./surface-listing.ts";

/** A door of a package with the source files behind it: one, or two where Node and browsers differ. */
interface Door {
  readonly path: string;
  readonly entries: readonly string[];
}

const root = join(import.meta.dirname, "..");
const listings = join(root, "docs", "surface");

/** What every package exports, by package name, and what is wrong with it. */
export function surfaces(folders: readonly string[]): { texts: Map<string, string>; problems: string[] } {
  const packages = folders.map((folder) => ({ folder, name: basename(folder), doors: readDoors(folder) }));
  const declarations = loadDeclarations(packages.flatMap(({ doors }) => doors.flatMap(({ entries }) => entries)));
  const texts = new Map<string, string>();
  const problems: string[] = [];
  for (const { folder, name, doors } of packages) {
    const sections = doors.map(({ path, entries }) => {
      const [first = "(files, no code)", ...others] = entries.map((entry) => doorSurface(declarations, entry, folder));
      for (const other of others) {
        if (other !== first) {
          problems.push(`${name}, door ${path}: its entries differ\n${lineDiff(first, other).join("\n")}`);
        }
      }
      return `## ${path}\n\n${first}\n`;
    });
    texts.set(
      name,
      `# @pumice/${name}: what it exports. Written by \`npm run update:surface\`.\n\n${sections.join("\n")}`,
    );
  }
  return { texts, problems };
}

/** Where the committed listings differ from `texts`. */
export function surfaceChanges(texts: ReadonlyMap<string, string>, committed: ReadonlyMap<string, string>): string[] {
  const names = [...new Set([...texts.keys(), ...committed.keys()])].sort();
  return names.flatMap((name) => {
    const diff = lineDiff(committed.get(name) ?? "", texts.get(name) ?? "");
    return diff.length > 0 ? [`docs/surface/${name}.txt (- committed, + now)\n${diff.join("\n")}`] : [];
  });
}

function readDoors(folder: string): Door[] {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return Object.entries(manifest.exports ?? {}).map(([path, conditions]) => ({
    path,
    entries: sourceEntries(conditions).map((entry) => join(folder, entry)),
  }));
}

function sourceEntries(conditions: unknown): string[] {
  if (typeof conditions !== "object" || conditions === null) return [];
  return Object.entries(conditions).flatMap(([name, value]) =>
    name === "@pumice/source" && typeof value === "string" ? [value] : sourceEntries(value),
  );
}

function readListings(): Map<string, string> {
  const files = existsSync(listings) ? readdirSync(listings) : [];
  return new Map(files.map((file) => [basename(file, ".txt"), readFileSync(join(listings, file), "utf8")]));
}

function writeListings(texts: ReadonlyMap<string, string>): void {
  rmSync(listings, { recursive: true, force: true });
  mkdirSync(listings, { recursive: true });
  for (const [name, text] of texts) writeFileSync(join(listings, `${name}.txt`), text);
}

if (process.argv[1] === import.meta.filename) {
  const packages = readdirSync(join(root, "packages")).sort();
  const { texts, problems } = surfaces(packages.map((name) => join(root, "packages", name)));
  if (process.argv.includes("--write")) writeListings(texts);
  else problems.push(...surfaceChanges(texts, readListings()));
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    console.error("A change that is meant is written down by `npm run update:surface` and committed with the code.");
    process.exitCode = 1;
  }
  console.log(`surface: ${texts.size} packages, ${problems.length} problems`);
}
