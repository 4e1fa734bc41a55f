import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "@pumice/ledger-client/node";
import { checkVerifiableTx, type LedgerState, VerificationError } from "@pumice/ledger-client/verify";
import type { DualProof } from "@pumice/stubs/immudb";
import { SeededRandom } from "../faults/seeded-random.js";
import { type ChainCall, chainReads, chainWrites } from "./chain-calls.js";
import { ledgerChain } from "./ledger-chain.js";

const transactions = 2_000;
const rounds = 700;

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
  const read = async (call: ChainCall, trusted: LedgerState, seed: number): Promise<bigint> => {
    const answer = await call(chain, trusted, new SeededRandom(seed));
    const { state, transaction } = answer.read(answer.bytes);
    const difference = transaction.id - trusted.txId;
    assert.deepEqual(state, chain.stateAt(difference > 0n ? transaction.id : trusted.txId), answer.kind);
    seen.add(
      `${answer.kind} of ${difference > 0n ? "a newer" : difference < 0n ? "an older" : "the same"} transaction`,
    );
    return transaction.id;
  };
  for (let made = 0; made < rounds; made++) {
    const call = random.pick(Object.values(chainReads));
    const txId = await read(call, anyTrusted(), made);
    await read(call, chain.stateAt(txId), made);
    await read(call, chain.stateAt(chain.lastTx()), made);
  }
  assert.equal(seen.size, Object.keys(chainReads).length * 3, [...seen].join());
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

test("the checks refuse a first answer, which no trusted state is held against, if its proof does not hold in itself", async () => {
  const chain = await ledgerChain();
  for (let made = 0; made < 5; made++) {
    await chainWrites["set"]?.(chain, chain.stateAt(0n), new SeededRandom(made));
    await chain.written();
  }
  const trusted = chain.stateAt(0n);
  const tampers: ((proof: DualProof) => void)[] = [
    (proof) => proof.linearProof?.terms.reverse().push(trusted.txHash),
    (proof) => proof.lastInclusionProof.push(trusted.txHash),
    (proof) => proof.consistencyProof.splice(0, 1, trusted.txHash),
    (proof) => {
      proof.targetBlTxAlh = trusted.txHash;
    },
  ];
  for (const tamper of tampers) {
    const answer = await chain.client.verifiableTxById({ tx: 5n }, chain.options);
    checkVerifiableTx(answer, { trusted, sha256, txId: 5n });
    assert.ok(answer.dualProof);
    tamper(answer.dualProof);
    assert.throws(() => checkVerifiableTx(answer, { trusted, sha256, txId: 5n }), VerificationError);
  }
});
