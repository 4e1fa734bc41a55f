/** The tour: runs each example against in-memory servers, over real sockets. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startReferenceServer } from "@pumice/reference-server";

const examples = [
  ...["kv/quickstart.ts", "kv/guide.ts", "kv/retry.ts"],
  ...["ledger/guide.ts", "ledger/users.ts", "ledger/postponed.ts", "ledger/tampered-server.ts"],
];
for (const example of examples) {
  await using server = await startReferenceServer(); // each on an empty one
  await visit(example, { PUMICE_KV_URL: server.kv.url, PUMICE_LEDGER_URL: server.ledger.url });
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
