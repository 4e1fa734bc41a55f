import assert from "node:assert/strict";
import { test } from "node:test";
import { type FaultOptions, faultRates } from "./fault-rates.js";

const rpcs = [
  { name: "Get", isStream: false },
  { name: "Put", isStream: false },
  { name: "Scan", isStream: true },
];

/** The faults of an rpc's first calls, by kind. */
function kindsOf(options: FaultOptions, rpc: string, calls = 1_000): (string | undefined)[] {
  const faultAt = faultRates(options, rpcs);
  return Array.from({ length: calls }, (_, index) => faultAt(rpc, index + 1)?.kind);
}

function count(kinds: readonly (string | undefined)[], wanted: string | undefined): number {
  return kinds.filter((kind) => kind === wanted).length;
}

test("faultRates() gives each fault its share of the calls", () => {
  const kinds = kindsOf({ seed: 3, rates: { dropAnswer: 0.2, delay: { rate: 0.1, ms: 5 } } }, "Put", 10_000);
  assert.ok(Math.abs(count(kinds, "dropAnswer") - 2_000) < 150);
  assert.ok(Math.abs(count(kinds, "delay") - 1_000) < 150);
  assert.deepEqual(kindsOf({ rates: { refuse: 1 } }, "Get", 3), ["refuse", "refuse", "refuse"]);
  assert.equal(count(kindsOf({}, "Get"), undefined), 1_000);
});

test("faultRates() depends on seed, rpc and call alone: not on the order of rates, nor on other rpcs", () => {
  const rates = { dropRequest: 0.1, refuse: 0.2 };
  const kinds = kindsOf({ seed: 5, rates }, "Put");
  assert.deepEqual(kindsOf({ seed: 5, rates: { refuse: 0.2, dropRequest: 0.1 }, rpcs: ["Put"] }, "Put"), kinds);
  assert.deepEqual(kindsOf({ seed: 5, perRpc: { Put: rates, Get: { delay: 1 } } }, "Put"), kinds);
  assert.notDeepEqual(kindsOf({ seed: 6, rates }, "Put"), kinds);
  assert.notDeepEqual(kindsOf({ seed: 5, rates }, "Get"), kinds);
});

test("faultRates() keeps to the rpcs that are named, and lets perRpc take the place of rates", () => {
  const options: FaultOptions = { rates: { refuse: 1 }, rpcs: ["Put", "Scan"], perRpc: { Scan: { delay: 1 } } };
  assert.deepEqual(
    ["Get", "Put", "Scan"].flatMap((rpc) => kindsOf(options, rpc, 1)),
    [undefined, "refuse", "delay"],
  );
});

test("faultRates() gives abortStream to streams only", () => {
  const options: FaultOptions = { rates: { abortStream: { rate: 1, messages: 4 } } };
  assert.deepEqual(kindsOf(options, "Put", 1), [undefined]);
  assert.deepEqual(faultRates(options, rpcs)("Scan", 1), { kind: "abortStream", messages: 4, loss: "stream" });
});

test("faultRates() refuses what cannot be", () => {
  const wrong: [FaultOptions, RegExp][] = [
    [{ seed: 0.5 }, /seed must be a whole number, got 0.5/],
    [{ rates: { refuse: 1.1 } }, /its rate must be from 0 to 1, got 1.1/],
    [{ rates: { refuse: Number.NaN } }, /its rate must be/],
    [{ rates: { delay: {} as never } }, /its rate must be from 0 to 1, got undefined/],
    [{ rates: { refuse: 0.6, delay: 0.6 } }, /the rates must be 1 at most together, got 1.2/],
    [{ rates: { explode: 1 } as never }, /Cannot inject explode/],
    [{ rpcs: ["Gett"] }, /Cannot inject a fault into Gett: the rpcs are Get, Put, Scan/],
    [{ perRpc: { Gett: {} } }, /Cannot inject a fault into Gett/],
    [{ perRpc: { Get: { abortStream: 1 } } }, /Cannot inject abortStream into Get: its answer is no stream/],
  ];
  for (const [options, message] of wrong) assert.throws(() => faultRates(options, rpcs), message);
});
