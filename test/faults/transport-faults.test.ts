import assert from "node:assert/strict";
import { test } from "node:test";
import type { Interceptor } from "@connectrpc/connect";
import { createFastGrpcTransport, type FastGrpcTransportOptions, gzipCompression } from "@pumice/grpc-transport";
import { usedBytes } from "../support/used-bytes.ts";
import { faultPlan } from "./fault-plan.ts";
import { randomScript, startHostileServer } from "./hostile-server.ts";
import { runMixedLoad } from "./mixed-load.ts";
import { activeResources, ProcessWatch, resourcesLeft } from "./process-watch.ts";
import { SeededRandom } from "./seeded-random.ts";

const CALLS_OF_A_ROUND = 50;
const MARGIN_MS = 2000;
const HEAP_GROWTH_BYTES = 48 * 1024 * 1024;

const passOn: Interceptor = (next) => (request) => next(request);
const lookAtSignal: Interceptor = (next) => (request) => {
  request.signal.throwIfAborted();
  return next(request);
};

test("createFastGrpcTransport() ends every call against a hostile server by its deadline, and leaves nothing behind", {
  timeout: 3_600_000,
}, async (context) => {
  const { runs, seed } = faultPlan(600);
  const rounds = Math.ceil(runs / CALLS_OF_A_ROUND);
  using watch = new ProcessWatch();
  const outcomes = new Map<string, number>();
  const usedAtFirst = usedBytes();

  for (let round = 0; round < rounds; round++) {
    const { problems, faults, ...report } = await playRound(seed + round);
    for (const [outcome, count] of report.outcomes) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + count);
    assert.deepEqual(
      [...problems, ...watch.problems],
      [],
      `PUMICE_FAULT_SEED=${seed + round} repeats it; the server's faults were ${faults.join(", ")}`,
    );
  }

  const growth = usedBytes() - usedAtFirst;
  context.diagnostic(
    `seed ${seed}, ${rounds * CALLS_OF_A_ROUND} calls: ${JSON.stringify(Object.fromEntries(outcomes))}, heap +${growth} bytes`,
  );
  assert.ok(growth < HEAP_GROWTH_BYTES, `the heap has grown by ${growth} bytes`);
  assert.ok((outcomes.get("ok") ?? 0) > runs / 20, "hardly any call succeeded");
});

// Many calls at once on one transport, which makes and loses connection after connection.
test("createFastGrpcTransport() goes on for many calls against a hostile server, 50 at a time", {
  timeout: 120_000,
}, async (context) => {
  const { seed } = faultPlan(1);
  using watch = new ProcessWatch();
  const random = new SeededRandom(seed);
  await using server = await startHostileServer(
    randomScript(random.fork(), () => undefined),
    random.fork(),
  );
  const transport = createFastGrpcTransport({ baseUrl: server.url, pingIntervalMs: 100, pingTimeoutMs: 300 });
  const { outcomes, problems } = await runMixedLoad(transport, random.fork(), {
    calls: 1500,
    inFlight: 50,
    marginMs: MARGIN_MS,
  });
  transport.close();
  context.diagnostic(`seed ${seed}, ${server.accepted} connections: ${JSON.stringify(Object.fromEntries(outcomes))}`);
  assert.deepEqual([...problems, ...watch.problems], [], `PUMICE_FAULT_SEED=${seed} repeats it`);
  assert.ok((outcomes.get("ok") ?? 0) > 0, "no call succeeded");
});

/** A server, a transport and some calls, all from one seed. */
async function playRound(seed: number) {
  const random = new SeededRandom(seed);
  const faults: string[] = [];
  const before = activeResources();
  const server = await startHostileServer(
    randomScript(random.fork(), (fault) => faults.push(fault)),
    random.fork(),
  );
  const transport = createFastGrpcTransport({ baseUrl: server.url, ...randomOptions(random) });
  const inFlight = random.pick([1, 8, 25]);
  const report = await runMixedLoad(transport, random.fork(), {
    calls: CALLS_OF_A_ROUND,
    inFlight,
    marginMs: MARGIN_MS,
  });
  const problems = [...report.problems];
  const processed = server.namesOfCalls();
  for (const name of report.neverSent) if (processed.has(name)) problems.push(`${name} is marked, but was processed`);

  // The transport lets go of its socket when the last stream ends: a stream that leaked would hold the process.
  problems.push(
    ...(await resourcesLeft(before, MARGIN_MS)).map((left) => `while idle, the process is held by ${left}`),
  );
  transport.close();
  await server[Symbol.asyncDispose]();
  problems.push(
    ...(await resourcesLeft(before, MARGIN_MS)).map((left) => `when closed, the process is held by ${left}`),
  );
  return { ...report, outcomes: report.outcomes, problems, faults };
}

function randomOptions(random: SeededRandom): Partial<FastGrpcTransportOptions> {
  return {
    interceptors: random.pick([[], [], [passOn], [passOn, lookAtSignal]]),
    sendCompression: random.pick([undefined, gzipCompression]),
    readMaxBytes: random.pick([undefined, 50_000]),
    streamWindowBytes: random.pick([undefined, 1, 3000]),
    receiveHighWaterMarkBytes: random.pick([undefined, 1000]),
    pingIntervalMs: random.pick([undefined, 5, 40]),
    pingTimeoutMs: random.pick([10, 60, 300]),
    pingIdleConnection: random.chance(0.3),
    idleConnectionTimeoutMs: random.pick([undefined, 10]),
  };
}
