import { callsInFlight, measure } from "../measure.js";
import { kvClients } from "./kv-clients.js";

/*
 * One measurement in a process of its own.
 *
 * Arguments: the client, the call (get or put), the server's URL, how long to measure in milliseconds, and how many calls
 * are in flight.
 */
const [client = "", call = "", url = "", measureMs = "", inFlight = ""] = process.argv.slice(2);
const calls = kvClients[client]?.(url);
if (!calls || (call !== "get" && call !== "put")) {
  throw new Error(`Cannot measure: no client "${client}", or no call "${call}"`);
}
await measure(callsInFlight(calls[call], Number(inFlight)), Number(measureMs));
