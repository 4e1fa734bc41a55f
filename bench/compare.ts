import type { Measurement } from "./summary.js";

/** Gives every client its turn in every round, so that whatever slows the machine down slows all of them down. */
export async function compare(
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
