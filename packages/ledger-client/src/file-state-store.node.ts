import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { StateFile } from "./state-file.js";
import type { StateStore } from "./state-store.js";

/**
 * A store in a file, so that what was proven once is trusted in later runs. One process at a time may use a file.
 *
 * The file is replaced as a whole, and is on the disk when `set()` resolves; a state that has not moved writes nothing.
 * It holds no secret, but whoever can write it decides what is trusted: it is made readable for its owner alone.
 *
 * @param path - Made with its folder when something is first trusted.
 * @throws Error, from the store's methods, if the file cannot be read or written. A file that is damaged is never
 * replaced by an empty one.
 * @example
 * const stateStore = fileStateStore("./ledger-state.json");
 */
export function fileStateStore(path: string): StateStore {
  let content: Promise<StateFile> | undefined;
  let savedText: string | undefined;
  let running: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  const load = (): Promise<StateFile> => {
    content ??= readStates(path).catch((error) => {
      content = undefined; // another call may find the file mended
      throw error;
    });
    return content;
  };
  const save = async (file: StateFile): Promise<void> => {
    if (file.text() === savedText) return;
    // A save that has not begun will take this change along.
    waiting ??= running.then(async () => {
      running = (waiting ?? running).catch(() => undefined);
      waiting = undefined;
      const text = file.text();
      await replaceFile(path, text);
      savedText = text;
    });
    await waiting;
  };

  return {
    get: async (key) => (await load()).get(key),
    set: async (key, state) => {
      const file = await load();
      savedText ??= file.text();
      file.set(key, state);
      await save(file);
    },
    getServer: async (address) => (await load()).getServer(address),
    setServer: async (address, serverUuid) => {
      const file = await load();
      savedText ??= file.text();
      file.setServer(address, serverUuid);
      await save(file);
    },
  };
}

async function readStates(path: string): Promise<StateFile> {
  try {
    return StateFile.parse(await readFile(path, "utf8"));
  } catch (error) {
    if (isMissing(error)) return StateFile.empty();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Cannot read the trusted states in ${path}: ${reason}`, { cause: error });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** After a crash there is the old file or the new one, whole. */
async function replaceFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const newFile = `${path}.${randomUUID()}.tmp`;
  try {
    await withFile(newFile, "wx", async (file) => {
      await file.writeFile(text);
      await file.sync();
    });
    await rename(newFile, path);
  } catch (error) {
    await rm(newFile, { force: true });
    throw error;
  }
  if (process.platform !== "win32") await withFile(folder, "r", (handle) => handle.sync()); // Windows opens no folder
}

type FileHandle = Awaited<ReturnType<typeof open>>;

async function withFile(path: string, flags: string, use: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await use(file);
  } finally {
    await file.close();
  }
}
