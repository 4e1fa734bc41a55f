import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { startImmudb } from "../../test/support/immudb.js";
import { startUmadb } from "../../test/support/umadb.js";
import type { BenchOptions } from "../bench-options.js";
import { bundleFolder } from "../bundle-folder.js";
import { compare } from "../compare.js";
import { measured } from "../measured.js";
import { summary } from "../summary.js";
import { streamClients } from "./stream-clients.js";
import { unaryClients } from "./unary-clients.js";

const inFlights = [64, 1];

/** Compares the fast transport with its kin on the same servers. */
export async function benchTransport({ rounds, measureMs }: BenchOptions): Promise<void> {
  await using folder = await bundleFolder();
  await using immudb = await startImmudb();
  await using umadb = await startUmadb();
  const program = await folder.bundle(join(import.meta.dirname, "measure.ts"));
  const measure = async (...args: readonly (string | number)[]) =>
    await measured(process.execPath, [program, ...args.map(String)]);

  const unaryUrls = { "immudb Health": immudb.url, "UmaDB Head": umadb.url };
  for (const [target, url] of Object.entries(unaryUrls)) {
    for (const inFlight of inFlights) {
      const rows = await compare(Object.keys(unaryClients), rounds, (client) =>
        measure("unary", client, url, measureMs, target, inFlight),
      );
      console.log(`${summary(`${target}, ${inFlight} in flight`, "calls", rows)}\n`);
    }
  }
  const messageServer = await folder.bundle(join(import.meta.dirname, "message-server.ts"));
  for (const [perFrame, manner] of [
    [1, "one to a DATA frame, as servers in Go send them"],
    [200, "200 to a DATA frame, as servers in Rust may send them"],
  ] as const) {
    await using messages = await startMessageServer(messageServer, perFrame);
    const rows = await compare(Object.keys(streamClients), rounds, (client) =>
      measure("stream", client, messages.url, measureMs),
    );
    console.log(`${summary(`A stream of 100,000 messages of one event, ${manner}`, "messages", rows)}\n`);
  }
}

async function startMessageServer(
  program: string,
  perFrame: number,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = spawn(process.execPath, [program, String(perFrame)], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = await once(server.stdout, "data");
  const stop = async (): Promise<void> => {
    server.kill();
    await once(server, "exit");
  };
  return { url: `http://127.0.0.1:${String(port).trim()}`, [Symbol.asyncDispose]: stop };
}
