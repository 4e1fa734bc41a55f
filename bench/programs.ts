import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import type { Measurement } from "./summary.js";

const run = promisify(execFile);
const cache = join(import.meta.dirname, "../.cache");

/** Programs of a bench, each bundled once and run as processes of their own; disposing of it removes the bundles. */
export class Programs implements AsyncDisposable {
  readonly #folder: string;

  constructor() {
    mkdirSync(cache, { recursive: true });
    this.#folder = mkdtempSync(join(cache, "bench-"));
  }

  /**
   * Bundles a program, as on source tsx would wrap every inner function to keep its name: that costs more than some of the
   * calls.
   *
   * @returns The path of the bundle.
   */
  async bundle(source: string): Promise<string> {
    const outfile = join(this.#folder, `${source.replaceAll(/\W/g, "-")}.mjs`);
    await build({
      entryPoints: [source],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      conditions: ["@pumice/source"],
      external: ["@bufbuild/*", "@connectrpc/*", "@grpc/*", "@msgpack/*"],
      logLevel: "warning",
    });
    return outfile;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#folder, { recursive: true });
  }
}

/**
 * Runs a program that measures, and prints what it measured.
 *
 * @param command - What runs it; Node if absent.
 */
export async function measured(
  program: string,
  args: readonly string[],
  command: string = process.execPath,
): Promise<Measurement> {
  const { stdout } = await run(command, [program, ...args], { timeout: 60_000 });
  return JSON.parse(stdout) as Measurement; // what measure() prints
}

/** Starts a program that listens, and prints its port. */
export async function startServer(
  program: string,
  args: readonly string[] = [],
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = await once(server.stdout, "data");
  const stop = async (): Promise<void> => {
    server.kill();
    await once(server, "exit");
  };
  return { url: `http://127.0.0.1:${String(port).trim()}`, [Symbol.asyncDispose]: stop };
}
