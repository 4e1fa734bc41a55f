/** The tour: runs each example against in-memory servers, over real sockets. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type ReferenceServer, startReferenceServer } from "@pumice/reference-server";

const kv = (server: ReferenceServer) => ({ PUMICE_KV_URL: server.kv.url });
const events = (server: ReferenceServer) => ({ PUMICE_EVENTS_URL: server.events.url });
const ledger = (server: ReferenceServer) => ({ PUMICE_LEDGER_URL: server.ledger.url });
const shelf = (generation: "v2" | "v3") => (server: ReferenceServer) => ({
  PUMICE_SHELF_URL: server.shelf[generation].url,
});

const visits: readonly [example: string, environment: (server: ReferenceServer) => Readonly<Record<string, string>>][] =
  [
    ["kv/quickstart.ts", kv],
    ["kv/guide.ts", kv],
    ["kv/retry.ts", kv],
    ["events/guide.ts", events],
    ["events/feed.ts", events],
    ["ledger/guide.ts", ledger],
    ["ledger/users.ts", ledger],
    ["ledger/postponed.ts", ledger],
    ["ledger/tampered-server.ts", ledger],
    ["shelf/quickstart.ts", shelf("v2")],
    ["shelf/notes.ts", shelf("v3")],
  ];
for (const [example, environment] of visits) {
  await using server = await startReferenceServer(); // each on an empty one
  await visit(example, environment(server));
}

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
