import type { Measurement } from "./summary.js";

/** How much is measured. */
export interface BenchPlan {
  /** How often every client has its turn. */
  readonly rounds: number;
  readonly measureMs: number;
}

/** Measures clients in turns, so that what else the machine does meets all of them. */
export async function inRounds(
  clients: readonly string[],
  rounds: number,
  measure: (client: string) => Promise<Measurement>,
): Promise<Map<string, Measurement[]>> {
  const rows = new Map(clients.map((client): [string, Measurement[]] => [client, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [client, measurements] of rows) measurements.push(await measure(client));
  }
  return rows;
}
