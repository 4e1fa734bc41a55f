import type { ShelfServer } from "@pumice/reference-server";
import type { SeededRandom } from "../seeded-random.ts";

type Faults = ShelfServer["faults"];

const rpcs = { 2: ["query", "transaction"], 3: ["begin", "put", "get", "query", "commit", "rollback"] } as const;

/** What gives the next request of some kind a fault, now and then. */
export function disturber(protocol: 2 | 3, faults: Faults, random: SeededRandom): () => void {
  return () => {
    if (random.chance(0.5)) return;
    const rpc = random.pick(rpcs[protocol]);
    const loss = random.chance(0.1) ? "silence" : "connection"; // a silence takes as long as the client's patience
    switch (
      random.pick(["dropRequest", "dropAnswer", "delay", "cutAnswer", ...(protocol === 2 ? ["holdRequest"] : [])])
    ) {
      case "dropRequest":
        return faults.next(rpc, "dropRequest", { loss });
      case "dropAnswer":
        return faults.next(rpc, "dropAnswer", { loss });
      case "delay":
        return faults.next(rpc, "delay", { ms: random.integer(0, 10) });
      case "cutAnswer":
        return faults.next(rpc, "cutAnswer", { bytes: random.integer(0, 40) });
      default:
        return faults.next(rpc, "holdRequest", { calls: random.integer(1, 10), loss });
    }
  };
}
