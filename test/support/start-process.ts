import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How a process is told to end: in order, or at once. */
export type StopSignal = "SIGTERM" | "SIGKILL";

/** A server that another program runs, on loopback. Disposing ends the process and removes its folder. */
export interface RunningServer extends AsyncDisposable {
  readonly url: string;
  /** Ends the process, by SIGTERM unless told otherwise, and starts it again on the same port, in the same folder. */
  restart(signal?: StopSignal): Promise<void>;
}

/** What a server gets: a port that was free a moment ago, and an empty folder of its own. */
export interface ServerPlace {
  readonly port: number;
  readonly folder: string;
}

export interface ProcessOptions {
  /** Begins the names of folders and messages. */
  readonly name: string;
  /** The command with its arguments. */
  readonly command: (place: ServerPlace) => readonly string[] | Promise<readonly string[]>;
  /** Resolves once a call would be answered; asked again every 50 ms while it rejects. */
  readonly ready: (url: string, place: ServerPlace) => Promise<unknown>;
  readonly scheme?: "http" | "https";
  /** How long it may take to get ready, in milliseconds. @defaultValue 20000 */
  readonly timeoutMs?: number;
}

/**
 * Starts a server and waits until it answers. It is also killed when this process exits without disposing it.
 *
 * @throws Error with what it printed, if it ends or is not ready in time.
 */
export async function startProcess(options: ProcessOptions): Promise<RunningServer> {
  const { name, scheme = "http" } = options;
  const place = { port: await freePort(), folder: await mkdtemp(join(tmpdir(), `pumice-${name}-`)) };
  const url = `${scheme}://127.0.0.1:${place.port}`;
  const removeFolder = () => rm(place.folder, { recursive: true, force: true });
  let stop: Stop;
  try {
    stop = await launch(options, url, place);
  } catch (error) {
    await removeFolder();
    throw error;
  }
  return {
    url,
    async restart(signal) {
      await stop(signal);
      stop = await launch(options, url, place);
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await removeFolder();
    },
  };
}

type Stop = (signal?: StopSignal) => Promise<void>;

/** @returns What ends the process. */
async function launch(options: ProcessOptions, url: string, place: ServerPlace): Promise<Stop> {
  const { name, timeoutMs = 20_000 } = options;
  const [file = "", ...args] = await options.command(place);
  const child = spawn(file, args, { cwd: place.folder, stdio: ["ignore", "pipe", "pipe"] });
  const kill = (): boolean => child.kill("SIGKILL");
  process.once("exit", kill);
  const stop: Stop = async (signal = "SIGTERM") => {
    process.removeListener("exit", kill);
    await endProcess(child, signal);
  };

  let output = "";
  const keep = (text: Buffer): void => {
    output = (output + text).slice(-4000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  let failure: unknown;
  child.once("error", (error) => {
    failure = error;
  });

  const giveUpAt = performance.now() + timeoutMs;
  for (;;) {
    try {
      await options.ready(url, place);
      return stop;
    } catch (error) {
      const ended = failure !== undefined || hasEnded(child);
      if (ended || performance.now() > giveUpAt) {
        await stop();
        const state = ended ? "ended" : "is not ready";
        throw new Error(`Cannot start ${name}: it ${state}; it printed: ${output}`, { cause: failure ?? error });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function endProcess(child: ChildProcess, signal: StopSignal): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  const exited = once(child, "exit");
  child.kill(signal);
  const timer = setTimeout(() => child.kill("SIGKILL"), 3000);
  await exited;
  clearTimeout(timer);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
