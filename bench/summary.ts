/** What one process measured. */
export interface Measurement {
  readonly perSecond: number;
  /** CPU time of the client's process for one call or message, in microseconds. */
  readonly cpuMicros: number;
}

/**
 * A table of all clients: rates and CPU with their median and best, and as ratios to the first client.
 *
 * @param rows - By client; the first one is what the others are compared with.
 */
export function summary(title: string, unit: string, rows: ReadonlyMap<string, readonly Measurement[]>): string {
  const [subject] = rows.values();
  const lines = [
    `### ${title}`,
    "",
    `| client | ${unit}/s median | best | CPU us median | best | rate of the first to it, median / best | CPU of the first to it, median / best |`,
    "|---|---|---|---|---|---|---|",
  ];
  for (const [client, measurements] of rows) {
    const rate = spread(measurements.map(({ perSecond }) => perSecond));
    const cpu = spread(measurements.map(({ cpuMicros }) => -cpuMicros));
    const ownRate = spread((subject ?? []).map(({ perSecond }) => perSecond));
    const ownCpu = spread((subject ?? []).map(({ cpuMicros }) => -cpuMicros));
    const cells = [
      client,
      ...[rate.median, rate.best].map((value) => Math.round(value).toLocaleString("en")),
      ...[cpu.median, cpu.best].map((value) => (-value).toFixed(unit === "calls" ? 1 : 2)),
      `${(ownRate.median / rate.median).toFixed(2)} / ${(ownRate.best / rate.best).toFixed(2)}`,
      `${(ownCpu.median / cpu.median).toFixed(2)} / ${(ownCpu.best / cpu.best).toFixed(2)}`,
    ];
    lines.push(`| ${cells.join(" | ")} |`);
  }
  return lines.join("\n");
}

function spread(values: readonly number[]): { readonly median: number; readonly best: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const [low = 0, high = 0] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return { median: (low + high) / 2, best: sorted.at(-1) ?? 0 };
}
