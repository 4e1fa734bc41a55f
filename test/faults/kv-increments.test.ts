import assert from "node:assert/strict";
import { test } from "node:test";
import { Code } from "@connectrpc/connect";
import { CommitOutcomeUnknownError, connectKv, type KvClient, PumiceError } from "@pumice/kv-client";
import { type FaultOptions, startReferenceServer } from "@pumice/reference-server";
import { faultPlan } from "./fault-plan.ts";
import { kvTransports, type OpenTransport } from "./kv-transports.ts";
import { ProcessWatch } from "./process-watch.ts";

const workers = 32;
/** Few enough that the workers are in each other's way. */
const counters = Array.from({ length: 16 }, (_, i) => `counter:${i}`);

/** Nothing of it leaves a commit in doubt. */
const definite: FaultOptions["perRpc"] = {
  BeginTxn: { refuse: 0.02, dropRequest: 0.01, dropAnswer: 0.01, goAway: 0.005, expireTokens: 0.002 },
  Get: { refuse: 0.02, dropRequest: 0.01, dropAnswer: 0.01, reset: 0.01, delay: { rate: 0.05, ms: 5 } },
  CommitTxn: { fail: { rate: 0.1, code: Code.Aborted }, refuse: 0.02, goAway: 0.005, delay: { rate: 0.05, ms: 5 } },
};

const doubtful: FaultOptions["perRpc"] = {
  ...definite,
  CommitTxn: {
    ...definite["CommitTxn"],
    dropRequest: 0.01,
    dropAnswer: { rate: 0.005, loss: "connection" },
    holdRequest: { rate: 0.01, calls: 5 },
    reset: 0.01,
  },
};

for (const [name, open] of Object.entries(kvTransports)) {
  const limit = { timeout: 120_000 };
  test(`kv.transaction() loses and repeats none of 2,000 increments of 32 workers, over ${name}`, limit, async (t) => {
    const { sure, unknown, sum } = await count(open, { increments: 2000, perRpc: definite }, t);
    assert.deepEqual({ sure, unknown, sum }, { sure: 2000, unknown: 0, sum: 2000 });
  });

  test(`kv.transaction() says of which increments it cannot know, over ${name}`, limit, async (t) => {
    const { sure, unknown, sum } = await count(open, { increments: 500, perRpc: doubtful }, t);
    assert.equal(sure + unknown, 500);
    assert.ok(sure > 0 && unknown > 0, `${unknown} in doubt`);
    assert.ok(sure <= sum && sum <= sure + unknown, `${sum} counted, ${sure} sure, ${unknown} in doubt`);
  });
}

/** The increments that were answered, those that nobody knows of, and what the counters say at the end. */
async function count(
  open: OpenTransport,
  { increments, perRpc }: { readonly increments: number; readonly perRpc: FaultOptions["perRpc"] },
  t: { diagnostic(text: string): void },
) {
  const { seed } = faultPlan(0);
  await using server = await startReferenceServer();
  const { username, password, faults } = server.kv;
  const wire = open(server.kv.url);
  const kv = connectKv({ transport: wire.transport, username, password, retry: { baseDelayMs: 5 } });
  using watch = new ProcessWatch();
  faults.start({ seed, perRpc });
  let [left, sure, unknown] = [increments, 0, 0];
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const counter = counters[left % counters.length] ?? "";
      if (await increment(kv, counter)) sure += 1;
      else unknown += 1;
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  faults.stop();
  await faults.releaseHeld();
  let sum = 0;
  for await (const entry of kv.scan("counter:")) sum += Number(entry.text());
  await kv.close();
  wire.close();
  assert.deepEqual(watch.problems, []);
  t.diagnostic(`seed ${seed}: ${sure} sure, ${unknown} in doubt, ${sum} counted, ${JSON.stringify(faults.injected())}`);
  return { sure, unknown, sum };
}

/** True if it was committed, false if nobody knows; made again as often as it certainly was not. */
async function increment(kv: KvClient, counter: string): Promise<boolean> {
  for (;;) {
    try {
      await kv.transaction(
        async (txn) => {
          const value = Number((await txn.get(counter))?.text() ?? 0);
          txn.put(counter, String(value + 1));
        },
        { maxAttempts: Number.POSITIVE_INFINITY, baseDelayMs: 2 },
      );
      return true;
    } catch (error) {
      if (error instanceof CommitOutcomeUnknownError) return false;
      if (!(error instanceof PumiceError)) throw error;
    }
  }
}
