/** The tour: starts the in-memory servers and runs each example against them, over real sockets. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startReferenceServer } from "@pumice/reference-server";

await using server = await startReferenceServer();
await visit("kv/quickstart.ts", { PUMICE_KV_URL: server.kv.url });
await visit("shelf/quickstart.ts", { PUMICE_SHELF_URL: server.shelf.v2.url });
await visit("shelf/notes.ts", { PUMICE_SHELF_URL: server.shelf.v3.url });

/** Runs one example as a program of its own, its output between ours. */
async function visit(example: string, env: Readonly<Record<string, string>>): Promise<void> {
  console.log(`\n== examples/${example}`);
  const file = fileURLToPath(new URL(example, import.meta.url));
  const program = spawn(process.execPath, [...process.execArgv, file], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = await once(program, "exit");
  if (code !== 0) throw new Error(`examples/${example} ended with exit code ${code}`);
}
