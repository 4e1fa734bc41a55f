import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { createFastGrpcTransport } from "@pumice/grpc-transport";
import { createReferenceServices } from "@pumice/reference-server";
import { SeededRandom } from "../faults/seeded-random.js";
import { startImmudb } from "../support/immudb.js";
import type { RunningServer } from "../support/start-process.js";
import { asText, loginForCalls } from "./ledger-answers.js";
import { randomCall } from "./ledger-history.js";

/** How many calls are made of both servers, over all histories. */
const calls = 4_000;
const callsPerHistory = 400;

describe("the reference ledger and immudb 1.11.1", () => {
  let immudb: RunningServer;
  before(async () => {
    immudb = await startImmudb();
  });
  after(() => immudb[Symbol.asyncDispose]());

  for (let seed = 1; seed <= calls / callsPerHistory; seed++) {
    const headerVersion = seed % 5 === 0 ? 0 : 1;
    const which = `history ${seed}, header version ${headerVersion}`;
    test(`answer the same calls with the same bytes, proofs and errors, ${which}`, async () => {
      const clock = { seconds: Math.floor(Date.now() / 1000) };
      const transport = createFastGrpcTransport({ baseUrl: immudb.url, defaultTimeoutMs: 20_000 });
      const { ledger } = createReferenceServices({ ledger: { nowMs: () => clock.seconds * 1000 } });
      try {
        const real = await loginForCalls(transport, `history${seed}`, headerVersion);
        const ours = await loginForCalls(ledger.transport, `history${seed}`, headerVersion);
        const random = new SeededRandom(seed);
        let lastTx = 0n;
        for (let made = 0; made < callsPerHistory; made++) {
          const call = randomCall(random, lastTx);
          const expected = await real(call);
          clock.seconds = Number(expected.timestamp ?? clock.seconds);
          const actual = await ours(call);
          assert.deepEqual(actual.answer, expected.answer, `call ${made} of seed ${seed}: ${asText(call)}`);
          lastTx = expected.txId ?? lastTx;
        }
        assert.ok(lastTx > 20n);
      } finally {
        transport.close();
      }
    });
  }
});
