import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaultOptions } from "./fault-rates.js";
import { FaultSource } from "./faults.js";

function faultSource(options: FaultOptions = {}) {
  const rpcs = ["Get", "Put"].map((name) => ({ name, isStream: false }));
  return new FaultSource(options, { rpcs, expireTokens: () => undefined });
}

test("FaultSource.draw() gives the n-th call of an rpc the same fault, however calls are mixed", () => {
  const options: FaultOptions = { seed: 11, rates: { dropAnswer: 0.3, refuse: 0.3 } };
  const [one, other] = [faultSource(options), faultSource(options)];
  const drawn = (faults: FaultSource, rpc: string) => Array.from({ length: 50 }, () => faults.draw(rpc)?.kind);
  const [gets, puts] = [drawn(one, "Get"), drawn(one, "Put")];
  const mixed = Array.from({ length: 50 }, () => [other.draw("Put")?.kind, other.draw("Get")?.kind]);
  assert.deepEqual(
    mixed.map(([put]) => put),
    puts,
  );
  assert.deepEqual(
    mixed.map(([, get]) => get),
    gets,
  );
});

test("FaultSource.next() takes the place of chance for a call, in the order of asking", () => {
  const faults = faultSource({ perRpc: { Put: { refuse: 1 } } });
  faults.next("Put", "dropAnswer");
  faults.next("Put", "delay", { ms: 7 });
  assert.equal(faults.draw("Get"), undefined);
  assert.deepEqual(
    [faults.draw("Put"), faults.draw("Put"), faults.draw("Put")],
    [{ kind: "dropAnswer", loss: "stream" }, { kind: "delay", ms: 7 }, { kind: "refuse" }],
  );
  assert.throws(() => faults.next("Gett", "refuse"), /the rpcs are Get, Put/);
  assert.throws(() => faults.next("Get", "abortStream"), /its answer is no stream/);
  assert.throws(() => faults.next("Get", "delay", { ms: -1 }), RangeError);
});

test("FaultSource.stop() ends chance and what waits for a call; injected() tells what there was", () => {
  const faults = faultSource({ rates: { refuse: 1 } });
  faults.draw("Get");
  faults.next("Put", "goAway");
  faults.draw("Put");
  faults.next("Put", "goAway");
  faults.stop();
  assert.equal(faults.draw("Put"), undefined);
  const { refuse, goAway, delay } = faults.injected();
  assert.deepEqual([refuse, goAway, delay], [1, 1, 0]);
});
