import { streamClients } from "./stream-clients.js";
import { targets } from "./targets.js";
import { unaryClients } from "./unary-clients.js";

/*
 * One measurement in a process of its own; prints it as JSON.
 *
 * Arguments: the kind (unary or stream), the client, the server's URL, how long to measure in milliseconds, and for
 * unary calls the target and how many are in flight.
 */
const [kind = "", client = "", url = "", measureMs = "", target = "", inFlight = ""] = process.argv.slice(2);
const warmUpMs = Math.min(700, Number(measureMs));

const run = kind === "unary" ? unaryRun() : streamRun();
await run(warmUpMs);
const cpuBefore = process.cpuUsage();
const begun = performance.now();
const done = await run(Number(measureMs));
const seconds = (performance.now() - begun) / 1000;
const { user, system } = process.cpuUsage(cpuBefore);
console.log(JSON.stringify({ perSecond: done / seconds, cpuMicros: (user + system) / done }));
process.exit(0); // whatever connection is still open

/** Calls, or messages, until the time is over; resolves with their number. */
type Run = (forMs: number) => Promise<number>;

function unaryRun(): Run {
  const place = targets[target];
  const connect = unaryClients[client];
  if (!place || !connect) throw new Error(`Cannot measure: no client "${client}", or no target "${target}"`);
  const call = connect(url, place);
  return async (forMs) => {
    const end = performance.now() + forMs;
    let calls = 0;
    const loop = async (): Promise<void> => {
      while (performance.now() < end) {
        await call();
        calls++;
      }
    };
    await Promise.all(Array.from({ length: Number(inFlight) }, loop));
    return calls;
  };
}

function streamRun(): Run {
  const readAll = streamClients[client]?.(url);
  if (!readAll) throw new Error(`Cannot measure: no client "${client}"`);
  return async (forMs) => {
    const end = performance.now() + forMs;
    let messages = 0;
    do {
      await readAll();
      messages += 100_000;
    } while (performance.now() < end);
    return messages;
  };
}
