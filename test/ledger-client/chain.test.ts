import assert from "node:assert/strict";
import { test } from "node:test";
import { VerificationError } from "@pumice/ledger-client/verify";
import { SeededRandom } from "../faults/seeded-random.js";
import { chainReads, chainWrites } from "./chain-calls.js";
import { ledgerChain } from "./ledger-chain.js";

const transactions = 2_000;
const reads = 2_000;

test(`the checks accept every honest answer over ${transactions} transactions, whatever lies between it and the trusted state`, async () => {
  const chain = await ledgerChain();
  const random = new SeededRandom(7);
  const anyTrusted = () => chain.stateAt(BigInt(random.integer(0, Number(chain.lastTx()))));
  const writes = Object.entries(chainWrites);
  for (let made = 0; made < transactions; made++) {
    const [, call] = made < 4 ? (writes[made === 0 ? 0 : made - 1] ?? random.pick(writes)) : random.pick(writes);
    const answer = await call(chain, anyTrusted(), random);
    assert.deepEqual(answer.read(answer.bytes).state, await chain.written(), answer.kind);
  }
  assert.equal(chain.lastTx(), BigInt(transactions));

  const seen = new Set<string>();
  for (let made = 0; made < reads; made++) {
    const trusted = anyTrusted();
    const answer = await random.pick(Object.values(chainReads))(chain, trusted, random);
    const { state } = answer.read(answer.bytes);
    assert.deepEqual(state, chain.stateAt(state.txId), answer.kind);
    assert.ok(state.txId >= trusted.txId);
    seen.add(answer.kind);
  }
  assert.equal(seen.size, Object.keys(chainReads).length);
});

test("the checks refuse an answer against a trusted state of another history", async () => {
  const [chain, other] = [await ledgerChain(), await ledgerChain()];
  for (const each of [chain, other]) {
    for (let made = 0; made < 20; made++) {
      await chainWrites["set"]?.(each, each.stateAt(0n), new SeededRandom(each === chain ? made : made + 100));
      await each.written();
    }
  }
  const random = new SeededRandom(1);
  for (let txId = 1n; txId <= 20n; txId++) {
    const answer = await chainReads["txById"]?.(chain, other.stateAt(txId), random);
    assert.ok(answer);
    assert.throws(() => answer.read(answer.bytes), VerificationError);
  }
});
