import { callsInFlight, measure, type Run } from "../measure.js";
import { streamClients } from "./stream-clients.js";
import { targets } from "./targets.js";
import { unaryClients } from "./unary-clients.js";

/*
 * One measurement in a process of its own.
 *
 * Arguments: the kind (unary or stream), the client, the server's URL, how long to measure in milliseconds, and for
 * unary calls the target and how many are in flight.
 */
const [kind = "", client = "", url = "", measureMs = "", target = "", inFlight = ""] = process.argv.slice(2);

await measure(kind === "unary" ? unaryRun() : streamRun(), Number(measureMs));

function unaryRun(): Run {
  const place = targets[target];
  const connect = unaryClients[client];
  if (!place || !connect) throw new Error(`Cannot measure: no client "${client}", or no target "${target}"`);
  return callsInFlight(connect(url, place), Number(inFlight));
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
