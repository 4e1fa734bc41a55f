import { connectShelf, type ShelfTransaction } from "@pumice/shelf-client";
import { measure } from "../measure.js";

/*
 * One measurement in a process of its own. measure.py does the same with the official client.
 *
 * Arguments: the workload, the server's URL, how long to measure in milliseconds.
 */
const [workload = "", url = "", measureMs = ""] = process.argv.slice(2);
const warmUpCalls = 1500; // time alone warms nothing up where others work too
const callsInOne = 500;

const db = connectShelf(url, { protocol: 3, maxConnections: 1 });
const shelf = db.shelf("bench");
const keyOf = (n: number): string => `key-${n % 1000}`;
const document = (n: number) => ({ title: "Pumice floats", tags: ["rock", "light"], ratio: 0.64, done: false, n });

/** Runs once and resolves with how many calls that were. */
const workloads: Readonly<Record<string, (n: number) => Promise<number>>> = {
  "get, a transaction each": async (n) => {
    if (!(await shelf.get(keyOf(n)))) throw new Error(`Cannot measure: ${keyOf(n)} is missing`);
    return 1;
  },
  "put, a transaction each": async (n) => {
    await shelf.put(keyOf(n), document(n));
    return 1;
  },
  "get, in one transaction": (from) =>
    inOne("read", from, async (tx, n) => {
      if (!(await tx.shelf("bench").get(keyOf(n)))) throw new Error(`Cannot measure: ${keyOf(n)} is missing`);
    }),
  "put, in one transaction": (from) =>
    inOne("write", from, async (tx, n) => await tx.shelf("bench").put(keyOf(n), document(n))),
};
const once = workloads[workload];
if (!once) throw new Error(`Cannot measure: no workload "${workload}"`);

await run(0, warmUpCalls);
await measure((forMs) => run(forMs, 1), Number(measureMs));

async function run(forMs: number, atLeast: number): Promise<number> {
  const end = performance.now() + forMs;
  let done = 0;
  while (performance.now() < end || done < atLeast) done += (await once?.(done)) ?? 0;
  return done;
}

async function inOne(
  mode: "read" | "write",
  from: number,
  call: (tx: ShelfTransaction, n: number) => Promise<void>,
): Promise<number> {
  await db.transaction(
    async (tx) => {
      for (let n = from; n < from + callsInOne; n++) await call(tx, n);
    },
    { mode },
  );
  return callsInOne;
}
