import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix } from "node:path";
import ts from "typescript";

/** What one of our packages may know. */
export interface Layer {
  /** Our packages, or single doors of them (`shelf-client/wire`), that every file of the package may import. */
  readonly imports: readonly string[];
  /** Where it must run: what runs in browsers too has no Node builtin, except in files called `*.node.ts`. */
  readonly runsOn: "node" | "node and browsers";
  /** Our packages for Node that its `*.node.ts` files may import in addition. */
  readonly nodeFilesImport?: readonly string[];
}

/** The direction of imports, in one place: a package knows what stands above it, as far as its row says. */
export const layers: Readonly<Record<string, Layer>> = {
  stubs: { imports: [], runsOn: "node and browsers" },
  "client-core": { imports: ["stubs"], runsOn: "node and browsers" },
  "grpc-transport": { imports: [], runsOn: "node" },
  "kv-client": {
    imports: ["client-core", "stubs"],
    runsOn: "node and browsers",
    nodeFilesImport: ["grpc-transport"],
  },
  "events-client": {
    imports: ["client-core", "stubs"],
    runsOn: "node and browsers",
    nodeFilesImport: ["grpc-transport"],
  },
  "ledger-client": {
    imports: ["client-core", "stubs"],
    runsOn: "node and browsers",
    nodeFilesImport: ["grpc-transport"],
  },
  "shelf-client": { imports: ["client-core"], runsOn: "node" },
  // Not ledger-client's hashing either: a server that makes its proofs by itself is the better witness of the checks.
  "reference-server": { imports: ["stubs", "shelf-client/wire"], runsOn: "node" },
};

/** Tests that drive the inside of a package, because it shows nothing at its doors: bytes in, events out. */
const insiders: ReadonlySet<string> = new Set([
  "test/faults/record-conversations.ts",
  "test/faults/replay.ts",
  "test/transport/held-memory.test.ts",
]);

/** A source file, by its path from the root, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Every import that points where it must not, as `path: reason`.
 *
 * @param files - Those of the packages, and of the folders around them (examples, test, bench, scripts).
 * @param doors - The exports of each package: `{ stubs: ["./scoriadb", "./proto/*"] }`.
 */
export function layerProblems(
  files: readonly SourceFile[],
  doors: Readonly<Record<string, readonly string[]>>,
  table: Readonly<Record<string, Layer>> = layers,
): string[] {
  const paths = new Set(files.map(({ path }) => path));
  const found: string[] = [];
  for (const name of Object.keys(doors)) {
    if (!table[name]) found.push(`packages/${name}: has no row in the table of scripts/layers.ts, add one`);
  }
  for (const name of Object.keys(table)) {
    if (!doors[name]) found.push(`packages/${name}: has a row in the table of scripts/layers.ts, but is no package`);
  }
  for (const { path, text } of files) {
    const home = packageOf(path);
    const layer = home === undefined ? undefined : table[home];
    if (home !== undefined && !layer) continue; // reported above
    for (const target of importsIn(text)) {
      const reason = target.startsWith(".")
        ? relativeProblem(path, target, home, paths)
        : (ourProblem(path, target, home, layer, doors) ?? builtinProblem(path, target, layer));
      if (reason !== undefined) found.push(`${path}: imports ${target}, ${reason}`);
    }
  }
  return found;
}

/** Static and dynamic imports, `export from`, import types and `require`, as they are written. */
function importsIn(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
}

function packageOf(path: string): string | undefined {
  return /^packages\/([^/]+)\//.exec(path)?.[1];
}

const isNodeFile = (path: string) => /\.node\.[jt]s$/.test(path);
const isTest = (path: string) => /\.test\.[jt]s$/.test(path);

function relativeProblem(
  path: string,
  target: string,
  home: string | undefined,
  paths: ReadonlySet<string>,
): string | undefined {
  const resolved = posix.join(posix.dirname(path), target);
  if (insiders.has(path)) return undefined;
  if (packageOf(resolved) !== home) {
    return home === undefined
      ? "the inside of a package: use its name"
      : "which leaves its package: use a package's name";
  }
  if (home === undefined || !isNodeFile(resolved)) return undefined;
  // The Node entry is index.ts where browsers have an entry of their own.
  const isNodeEntry = posix.basename(path) === "index.ts" && paths.has(path.replace(/\.ts$/, ".web.ts"));
  if (isNodeFile(path) || isNodeEntry || isTest(path)) return undefined;
  return "which browsers would load too: only the Node entry and *.node.ts files import it";
}

function ourProblem(
  path: string,
  target: string,
  home: string | undefined,
  layer: Layer | undefined,
  doors: Readonly<Record<string, readonly string[]>>,
): string | undefined {
  const [, name, rest = ""] = /^@pumice\/([^/]+)(\/.*)?$/.exec(target) ?? [];
  if (name === undefined) return undefined;
  if (!doors[name]) return "which is no package of ours";
  if (!doors[name].some((door) => opens(door, `.${rest}`))) return "which is no door of that package: see its exports";
  if (!layer) return undefined; // outside the packages all doors are open
  const allowed = [...layer.imports, ...(isNodeFile(path) ? (layer.nodeFilesImport ?? []) : [])];
  if (allowed.includes(name) || allowed.includes(`${name}${rest}`)) return undefined;
  const known = allowed.length > 0 ? allowed.join(", ") : "none";
  return `but of our packages ${isNodeFile(path) ? path : home} may know: ${known}`;
}

function builtinProblem(path: string, target: string, layer: Layer | undefined): string | undefined {
  if (layer?.runsOn !== "node and browsers" || isTest(path) || isNodeFile(path)) return undefined;
  const needsNode = isBuiltin(target) || target === "@connectrpc/connect-node";
  return needsNode ? "which browsers lack: what needs Node goes into a file called *.node.ts" : undefined;
}

function opens(door: string, path: string): boolean {
  const [before = "", after] = door.split("*");
  if (after === undefined) return door === path;
  return path.length > door.length - 1 && path.startsWith(before) && path.endsWith(after);
}

/** The exports of every package in `packages/`. */
function readDoors(root: string): Record<string, string[]> {
  const doors: Record<string, string[]> = {};
  for (const name of readdirSync(join(root, "packages"))) {
    const manifest = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
    doors[name] = Object.keys(manifest.exports ?? {});
  }
  return doors;
}

function readSources(root: string): SourceFile[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => posix.join(entry.parentPath.slice(root.length + 1).replaceAll("\\", "/"), entry.name))
    .filter((path) => /^(packages\/[^/]+\/(src|bin)|examples|test|bench|scripts)\//.test(path))
    .filter((path) => !path.includes("/node_modules/"))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
}

if (process.argv[1] === import.meta.filename) {
  const root = join(import.meta.dirname, "..");
  const sources = readSources(root);
  const problems = layerProblems(sources, readDoors(root));
  for (const problem of problems) console.error(problem);
  console.log(`layers: ${sources.length} files, ${problems.length} problems`);
  if (problems.length > 0 || sources.length === 0) process.exitCode = 1;
}
