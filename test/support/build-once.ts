import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/**
 * A folder under `.cache` that is filled once and found again by later runs, also when two processes ask at a time.
 *
 * @param name - Names the folder; it says what is inside, with its version.
 * @param build - Fills the folder, which is empty. If it fails, the next run begins anew.
 */
export async function buildOnce(name: string, build: (folder: string) => Promise<void>): Promise<string> {
  const folder = fileURLToPath(new URL(`../../.cache/${name}`, import.meta.url));
  const marker = `${folder}/.complete`;
  if (existsSync(marker)) return folder;
  await mkdir(fileURLToPath(new URL("../../.cache", import.meta.url)), { recursive: true });
  await using _lock = await takeLock(`${folder}.lock`);
  if (existsSync(marker)) return folder;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  await build(folder);
  await writeFile(marker, "");
  return folder;
}

/** Waits as long as the process that holds the lock lives. */
async function takeLock(path: string): Promise<AsyncDisposable> {
  const release = async (): Promise<void> => await rm(path, { force: true });
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: "wx" });
      return { [Symbol.asyncDispose]: release };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = await readFile(path, "utf8").catch(() => "");
    if (holder !== "" && !isRunning(Number(holder))) {
      // Renamed first: of two that find it abandoned, one removes it.
      await rename(path, `${path}.${process.pid}`).then(release, () => undefined);
      await rm(`${path}.${process.pid}`, { force: true });
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
