import { getEventListeners } from "node:events";
import { connectKv } from "@pumice/kv-client";
import { type FaultOptions, type ReferenceServer, startReferenceServer } from "@pumice/reference-server";
import { type Cut, startTcpRelay } from "../support/tcp-relay.ts";
import { type KvCall, kvCalls } from "./kv-calls.ts";
import { type CallResult, makeCall, type PlannedCall } from "./kv-result.ts";
import { stateProblems } from "./kv-state.ts";
import { countBegins, type OpenTransport } from "./kv-transports.ts";
import { quietStub, readTruth, seedKv } from "./kv-truth.ts";
import { activeResources, resourcesLeft } from "./process-watch.ts";
import type { SeededRandom } from "./seeded-random.ts";

/** What goes wrong in a round, and how its calls are made. */
export interface KvRoundPlan {
  readonly faults: FaultOptions;
  /** By connection; those behind the last live. */
  readonly cuts: readonly (Cut | undefined)[];
  readonly inFlight: number;
  readonly timeoutMs: number;
}

export interface KvRoundReport {
  /** `put: unavailable, unknown` and the like, in the order of the plan. */
  readonly outcomes: readonly string[];
  /** How often each fault happened, cuts included. */
  readonly injected: Readonly<Record<string, number>>;
  /** What must not happen, in words. */
  readonly problems: readonly string[];
}

const holdMs = 5000;

/** Makes every call of the client against a server with faults, behind a relay that cuts, and looks at what is left. */
export async function playKvRound(
  openTransport: OpenTransport,
  plan: KvRoundPlan,
  random: SeededRandom,
): Promise<KvRoundReport> {
  const before = activeResources();
  const problems: string[] = [];
  const server = await startReferenceServer();
  const relay = await startTcpRelay(server.kv.url, (connection) => plan.cuts[connection]);
  const calls = plannedCalls(random);
  const quiet = await quietStub(server.kv);
  await seedKv(quiet);
  for (const { id, call } of calls) await call.prepare?.(quiet, id);
  const truthBefore = await readTruth(server.kv);

  const wire = openTransport(relay.url);
  const { transport, begins } = countBegins(wire.transport);
  const { username, password } = server.kv;
  const pauses = random.fork();
  const kv = connectKv({ transport, username, password, retry: { baseDelayMs: 5, random: () => pauses.next() } });
  server.kv.faults.start(plan.faults);
  const { signal } = new AbortController();
  const waiting = [...calls];
  const results: CallResult[] = [];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      results.push(await makeCall(kv, next, { timeoutMs: plan.timeoutMs, signal }));
    }
  };
  await Promise.all(Array.from({ length: plan.inFlight }, work));
  for (const result of results) problems.push(...result.problems);
  const listeners = getEventListeners(signal, "abort").length;
  if (listeners > 0) problems.push(`${listeners} listeners are left on the signal of the calls`);

  server.kv.faults.stop();
  await server.kv.faults.releaseHeld();
  // A connection that the relay holds open hides from the server that its calls have ended.
  if (plan.cuts.some((cut) => cut?.manner === "stall")) await relay[Symbol.asyncDispose]();
  problems.push(...(await openCalls(server)));
  problems.push(...(await stateProblems(server.kv, truthBefore, results, begins)));
  await kv.close();
  wire.close();
  await relay[Symbol.asyncDispose]();
  problems.push(...(await resourcesLeft(before, holdMs)).map((left) => `the process is held by ${left}`));

  results.sort((a, b) => a.id - b.id);
  const outcomes = results.map(({ name, outcome }) => `${name}: ${outcome}`);
  return { outcomes, injected: { ...server.kv.faults.injected(), cut: relay.cuts() }, problems };
}

/** Each of the client's calls once, in any order. */
function plannedCalls(random: SeededRandom): PlannedCall[] {
  const order = Object.entries(kvCalls).map(([name, call]): [number, string, KvCall] => [random.next(), name, call]);
  order.sort(([a], [b]) => a - b);
  return order.map(([, name, call], id) => ({ id, name, call }));
}

/** A server lets its calls finish before it closes: it is quick unless one was left open. */
async function openCalls(server: ReferenceServer): Promise<string[]> {
  const begunMs = performance.now();
  await server.close({ drainMs: 2 * holdMs });
  return performance.now() - begunMs < holdMs ? [] : ["the client has left a call open"];
}
