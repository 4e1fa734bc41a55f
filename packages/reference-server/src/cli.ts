import { once } from "node:events";
import { helpText, parseCommandLine } from "./command-line.js";
import { type ReferenceServer, startReferenceServer } from "./start-reference-server.js";

/**
 * The command `pumice-reference-server`: serves until SIGINT or SIGTERM, then drains. A second signal ends it at once.
 *
 * @returns The exit code: 0, 1 if it cannot listen, 2 if an option is wrong.
 */
export async function main(args: readonly string[]): Promise<number> {
  process.stderr.on("error", () => undefined); // whoever read our log has gone; that is no reason to stop
  const command = parseCommandLine(args);
  if (command.kind === "help") {
    process.stdout.write(helpText);
    return 0;
  }
  if (command.kind === "mistake") {
    process.stderr.write(`pumice-reference-server: ${command.message}\n\n${helpText}`);
    return 2;
  }
  const { host, port, json, kv, shelf } = command;
  let server: ReferenceServer;
  try {
    server = await startReferenceServer({ host, port, kv, shelf });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof TypeError || error instanceof RangeError) {
      process.stderr.write(`pumice-reference-server: ${reason}\n`);
      return 2;
    }
    process.stderr.write(`pumice-reference-server: cannot listen: ${reason}\n`);
    return 1;
  }
  const stop = stopSignal();
  announce(server, json);
  const signal = await stop;
  process.stderr.write(`${signal}: letting calls in flight finish\n`);
  await server.close();
  return 0;
}

function announce({ kv, events, ledger, shelf }: ReferenceServer, json: boolean): void {
  if (json) {
    const shelves = { v2: { url: shelf.v2.url }, v3: { url: shelf.v3.url } };
    const servers = { kv: endpoint(kv), events: { url: events.url }, ledger: endpoint(ledger), shelf: shelves };
    process.stdout.write(`${JSON.stringify(servers)}\n`);
    return;
  }
  const inWords = ({ url, username, password }: Endpoint) => `${url}, user ${username}, password ${password}\n`;
  process.stdout.write(`ScoriaDB (in memory): ${inWords(kv)}`);
  process.stdout.write(`UmaDB (in memory): ${events.url}\n`);
  process.stdout.write(`immudb (in memory): ${inWords(ledger)}`);
  process.stdout.write(`ShelfDB (in memory): ${shelf.v2.url} as release 2, ${shelf.v3.url} as release 3\n`);
}

interface Endpoint {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

function endpoint({ url, username, password }: Endpoint): Endpoint {
  return { url, username, password };
}

/** The first signal is waited for, the second one has its usual effect again. */
async function stopSignal(): Promise<NodeJS.Signals> {
  const stop = new AbortController();
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM"];
  const received = signals.map(async (name) => {
    await once(process, name, { signal: stop.signal });
    return name;
  });
  try {
    return await Promise.race(received);
  } finally {
    stop.abort();
    await Promise.allSettled(received);
  }
}
