import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256 } from "@pumice/ledger-client/node";
import { checkVerifiableTx, type LedgerState, VerificationError } from "@pumice/ledger-client/verify";
import type { VerifiableTx } from "@pumice/stubs/immudb";
import { type LedgerChain, ledgerChain } from "./ledger-chain.js";

const length = 12;

test("checkVerifiableTx() refuses a history that forks off the trusted one, whatever headers are put into its proof", async () => {
  for (let forkAt = 2; forkAt < length; forkAt++) {
    const [shown, hidden] = [await chainWith("shown", forkAt), await chainWith("hidden", forkAt)];
    for (let trustedTx = forkAt; trustedTx < length; trustedTx++) {
      for (let txId = trustedTx + 1; txId <= length; txId++) {
        const trusted = shown.stateAt(BigInt(trustedTx));
        const [honest, forged] = [await txById(shown, txId, trustedTx), await txById(hidden, txId, trustedTx)];
        checkVerifiableTx(honest, { trusted, sha256, txId: BigInt(txId) });
        assertRefused(forged, trusted, txId);
        // The server knows what it has shown, and gives it back where it is asked for.
        assert.ok(forged.dualProof && honest.dualProof);
        forged.dualProof.sourceTxHeader = honest.dualProof.sourceTxHeader;
        assertRefused(forged, trusted, txId);
      }
    }
  }
});

/** A history that is the same in all chains up to a transaction, and its own from there on. */
async function chainWith(name: string, forkAt: number): Promise<LedgerChain> {
  const chain = await ledgerChain(() => 0);
  for (let txId = 1; txId <= length; txId++) {
    const value = Buffer.from(txId < forkAt ? "common" : name);
    await chain.client.set({ KVs: [{ key: Buffer.from(`key ${txId}`), value }] }, chain.options);
    await chain.written();
  }
  return chain;
}

async function txById({ client, options }: LedgerChain, txId: number, trustedTx: number): Promise<VerifiableTx> {
  return await client.verifiableTxById({ tx: BigInt(txId), proveSinceTx: BigInt(trustedTx) }, options);
}

function assertRefused(answer: VerifiableTx, trusted: LedgerState, txId: number): void {
  assert.throws(
    () => checkVerifiableTx(answer, { trusted, sha256, txId: BigInt(txId) }),
    (error) => error instanceof VerificationError,
    `transaction ${txId} against ${trusted.txId}`,
  );
}
