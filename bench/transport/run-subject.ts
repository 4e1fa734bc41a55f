import { type Call, subjects } from "./subjects.js";

/* One subject in a process of its own: name, url, calls in flight, seconds. Prints a line of JSON. */
const [name = "", url = "", inFlight = "64", seconds = "2"] = process.argv.slice(2);
const call = subjects[name]?.(url);
if (!call) throw new Error(`No such subject: ${name}`);

await run(call, Number(inFlight), 1000); // warm up
const cpuBefore = process.cpuUsage();
const startedAt = performance.now();
const calls = await run(call, Number(inFlight), Number(seconds) * 1000);
const elapsedMs = performance.now() - startedAt;
const { user, system } = process.cpuUsage(cpuBefore);
console.log(JSON.stringify({ callsPerSecond: (calls / elapsedMs) * 1000, cpuMicrosPerCall: (user + system) / calls }));
process.exit();

async function run(call: Call, inFlight: number, durationMs: number): Promise<number> {
  const endsAt = performance.now() + durationMs;
  let calls = 0;
  const worker = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      await call();
      calls++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return calls;
}
