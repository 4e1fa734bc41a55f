import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * A Python with the packages that are asked for, in a folder of its own that later runs find again.
 *
 * @param name - Names the folder; one for each set of packages.
 * @param packages - Requirements with their versions pinned.
 * @param minimum - Oldest version that will do, as `[3, 12]`.
 */
export async function pythonWith(
  name: string,
  packages: readonly string[],
  minimum: readonly [number, number],
): Promise<string> {
  const folder = fileURLToPath(new URL(`../../.cache/python-${name}`, import.meta.url));
  const python = `${folder}/bin/python`;
  const marker = `${folder}/${packages.join("+")}`;
  if (existsSync(marker)) return python;
  await rm(folder, { recursive: true, force: true });
  await run(await findPython(minimum), ["-m", "venv", folder]);
  await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages]);
  await run(python, ["-c", "import pathlib, sys; pathlib.Path(sys.argv[1]).touch()", marker]);
  return python;
}

/** The first candidate that runs: a name on the PATH may be a shim that fails. */
async function findPython([major, minor]: readonly [number, number]): Promise<string> {
  const tried: string[] = [];
  for (const candidate of ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"]) {
    try {
      await run(candidate, ["-c", `import sys, venv; sys.exit(sys.version_info < (${major}, ${minor}))`]);
      return candidate;
    } catch {
      tried.push(candidate);
    }
  }
  throw new Error(`No Python >= ${major}.${minor} with venv runs here; tried ${tried.join(", ")}`);
}
