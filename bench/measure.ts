import type { Measurement } from "./summary.js";

/** Makes calls, or reads messages, until the time is over; resolves with their number. */
export type Run = (forMs: number) => Promise<number>;

/** Warms up, measures, prints the {@link Measurement} as JSON, and ends the process. */
export async function measure(run: Run, measureMs: number): Promise<never> {
  await run(Math.min(700, measureMs));
  const cpuBefore = process.cpuUsage();
  const begun = performance.now();
  const done = await run(measureMs);
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const result: Measurement = { perSecond: done / seconds, cpuMicros: (user + system) / done };
  console.log(JSON.stringify(result));
  process.exit(0); // whatever connection is still open
}

/** Makes a call over and over, so many at a time. */
export function callsInFlight(call: () => Promise<unknown>, inFlight: number): Run {
  return async (forMs) => {
    const end = performance.now() + forMs;
    let calls = 0;
    const loop = async (): Promise<void> => {
      while (performance.now() < end) {
        await call();
        calls++;
      }
    };
    await Promise.all(Array.from({ length: inFlight }, loop));
    return calls;
  };
}
