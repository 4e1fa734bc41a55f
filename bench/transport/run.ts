import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { startImmudb } from "../../test/support/immudb.js";
import { startUmadb } from "../../test/support/umadb.js";
import { streamClients } from "./stream-clients.js";
import { type Measurement, summary } from "./summary.js";
import { unaryClients } from "./unary-clients.js";

/*
 * Compares the fast transport with its kin on the same servers, in one run: rounds in which every client has its turn,
 * each time in a fresh process. `--quick` only shows that it works; `--rounds N` changes how many there are.
 */
const quick = process.argv.includes("--quick");
const rounds = quick ? 1 : Number(process.argv[process.argv.indexOf("--rounds") + 1] ?? 3) || 3;
const measureMs = quick ? 200 : 1500;
const inFlights = [64, 1];

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");
const folder = await mkdtemp(join(root, ".cache/bench-"));
try {
  await using immudb = await startImmudb();
  await using umadb = await startUmadb();
  const program = await bundle("measure");

  const unaryUrls = { "immudb Health": immudb.url, "UmaDB Head": umadb.url };
  for (const [target, url] of Object.entries(unaryUrls)) {
    for (const inFlight of inFlights) {
      const rows = await compare(Object.keys(unaryClients), (client) =>
        measured(program, ["unary", client, url, String(measureMs), target, String(inFlight)]),
      );
      console.log(`${summary(`${target}, ${inFlight} in flight`, "calls", rows)}\n`);
    }
  }
  for (const [perFrame, manner] of [
    [1, "one to a DATA frame, as servers in Go send them"],
    [200, "200 to a DATA frame, as servers in Rust may send them"],
  ] as const) {
    await using messages = await startMessageServer(perFrame);
    const rows = await compare(Object.keys(streamClients), (client) =>
      measured(program, ["stream", client, messages.url, String(measureMs)]),
    );
    console.log(`${summary(`A stream of 100,000 messages of one event, ${manner}`, "messages", rows)}\n`);
  }
} finally {
  await rm(folder, { recursive: true });
}

async function compare(
  clients: readonly string[],
  measure: (client: string) => Promise<Measurement>,
): Promise<Map<string, Measurement[]>> {
  const rows = new Map(clients.map((client): [string, Measurement[]] => [client, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [client, measurements] of rows) measurements.push(await measure(client));
  }
  return rows;
}

async function measured(program: string, args: readonly string[]): Promise<Measurement> {
  const { stdout } = await run(process.execPath, [program, ...args], { timeout: 60_000 });
  return JSON.parse(stdout) as Measurement; // what measure.ts prints
}

// On source, tsx would wrap every inner function to keep its name: that costs more than some of the calls.
async function bundle(name: string): Promise<string> {
  const outfile = join(folder, `${name}.mjs`);
  await build({
    entryPoints: [join(import.meta.dirname, `${name}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    conditions: ["@pumice/source"],
    external: ["@bufbuild/*", "@connectrpc/*", "@grpc/*"],
    logLevel: "warning",
  });
  return outfile;
}

async function startMessageServer(perFrame: number): Promise<AsyncDisposable & { readonly url: string }> {
  const server = spawn(process.execPath, [await bundle("message-server"), String(perFrame)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = await once(server.stdout, "data");
  const stop = async (): Promise<void> => {
    server.kill();
    await once(server, "exit");
  };
  return { url: `http://127.0.0.1:${String(port).trim()}`, [Symbol.asyncDispose]: stop };
}
