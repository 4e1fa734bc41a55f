import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { promisify } from "node:util";
import { buildOnce } from "./build-once.js";

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
  const folder = await buildOnce(`python-${[name, ...packages].join("+")}`, async (empty) => {
    await run(await findPython(minimum), ["-m", "venv", empty]);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages];
    await run(`${empty}/bin/python`, pip);
  });
  return `${folder}/bin/python`;
}

/** The first candidate that runs: a name on the PATH may be a shim that fails. */
async function findPython([major, minor]: readonly [number, number]): Promise<string> {
  const tried: string[] = [];
  const named = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];
  for (const candidate of [...named, ...(await pyenvPythons())]) {
    try {
      await run(candidate, ["-c", `import sys, venv; sys.exit(sys.version_info < (${major}, ${minor}))`]);
      return candidate;
    } catch {
      tried.push(candidate);
    }
  }
  throw new Error(`No Python >= ${major}.${minor} with venv runs here; tried ${tried.join(", ")}`);
}

/** Pythons that pyenv holds, newest first; its shims run only those that it is set to. */
async function pyenvPythons(): Promise<string[]> {
  const folder = `${process.env["PYENV_ROOT"] ?? `${homedir()}/.pyenv`}/versions`;
  const versions = await readdir(folder).catch(() => []);
  const byNumber = new Intl.Collator("en", { numeric: true });
  return versions.sort((a, b) => byNumber.compare(b, a)).map((version) => `${folder}/${version}/bin/python3`);
}
