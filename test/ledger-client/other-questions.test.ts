import assert from "node:assert/strict";
import { test } from "node:test";
import { create } from "@bufbuild/protobuf";
import { sha256 } from "@pumice/ledger-client/node";
import {
  checkVerifiableGet,
  checkVerifiableSet,
  checkVerifiableSetReference,
  checkVerifiableTx,
  checkVerifiableZAdd,
  VerificationError,
  type VerificationStep,
  type WrittenValue,
} from "@pumice/ledger-client/verify";
import { VerifiableEntrySchema } from "@pumice/stubs/immudb";
import { type LedgerChain, ledgerChain } from "./ledger-chain.js";

// Each of these answers is honest, with a proof that holds: of something else than what was asked for.

const key = Buffer.from("key");
const other = Buffer.from("other");
const value = Buffer.from("value");

test("checkVerifiableSet() refuses a transaction that wrote anything else than what was sent", async () => {
  const { client, options, stateAt } = await chainOf([{ key, value: other }]);
  const first = { key, value };
  const second = { key: other, value };
  const KVs = [first, second];
  const answer = await client.verifiableSet({ setRequest: { KVs }, proveSinceTx: 1n }, options);
  const check = (written: WrittenValue[]) => checkVerifiableSet(answer, { trusted: stateAt(1n), sha256, written });
  check(KVs);
  check([...KVs].reverse());
  const metadata = { deleted: false, nonIndexable: false, expiresAt: 1n };
  const wrong: WrittenValue[][] = [
    [first],
    [...KVs, { key: value, value }],
    [first, { ...second, value: other }],
    [first, { ...second, key: value }],
    [first, { ...second, metadata }],
    [],
  ];
  for (const written of wrong) refused("entries", () => check(written));
});

test("checkVerifiableSetReference() and checkVerifiableZAdd() refuse what was not sent", async () => {
  const { client, options, stateAt } = await chainOf([{ key, value }]);
  const reference = { key: other, referencedKey: key, atTx: 0n };
  const set = await client.verifiableSetReference({ referenceRequest: reference, proveSinceTx: 1n }, options);
  const trusted = stateAt(1n);
  checkVerifiableSetReference(set, { trusted, sha256, written: reference });
  for (const change of [{ key: value }, { referencedKey: other }, { atTx: 1n }]) {
    const written = { ...reference, ...change };
    refused("entries", () => checkVerifiableSetReference(set, { trusted, sha256, written }));
  }

  const element = { set: value, score: 1, key, atTx: 0n };
  const added = await client.verifiableZAdd({ zAddRequest: element, proveSinceTx: 1n }, options);
  checkVerifiableZAdd(added, { trusted, sha256, written: element });
  for (const change of [{ set: key }, { score: 2 }, { key: other }, { atTx: 1n }]) {
    const written = { ...element, ...change };
    refused("entries", () => checkVerifiableZAdd(added, { trusted, sha256, written }));
  }
});

test("checkVerifiableSet() refuses a transaction that was there before, though it wrote the same", async () => {
  const { client, options, stateAt } = await chainOf([
    { key, value },
    { key: other, value },
  ]);
  for (const trustedTx of [1n, 2n]) {
    const before = await client.verifiableTxById({ tx: 1n, proveSinceTx: trustedTx }, options);
    const context = { trusted: stateAt(trustedTx), sha256, written: [{ key, value }] };
    refused("header", () => checkVerifiableSet(before, context));
  }
});

test("checkVerifiableGet() refuses another key, and another transaction's version of the key", async () => {
  const { client, options, stateAt } = await chainOf([
    { key, value },
    { key, value: other },
    { key: other, value },
  ]);
  const trusted = stateAt(3n);
  const answer = await client.verifiableGet({ keyRequest: { key, atTx: 2n }, proveSinceTx: 3n }, options);
  checkVerifiableGet(answer, { trusted, sha256, requested: { key, atTx: 2n } });
  refused("answer", () => checkVerifiableGet(answer, { trusted, sha256, requested: { key: other, atTx: 2n } }));
  refused("header", () => checkVerifiableGet(answer, { trusted, sha256, requested: { key, atTx: 1n } }));
  const wrongPlace = [
    { leaf: 1, width: 1 },
    { leaf: -1, width: 0 },
  ];
  for (const place of wrongPlace) {
    const moved = { ...answer, inclusionProof: answer.inclusionProof && { ...answer.inclusionProof, ...place } };
    refused("entry-inclusion", () => checkVerifiableGet(moved, { trusted, sha256, requested: { key, atTx: 2n } }));
  }
});

test("checkVerifiableGet() refuses a deletion that is shown as a value", async () => {
  const { client, options, stateAt } = await chainOf([{ key, value, metadata: { deleted: true } }]);
  const verifiableTx = await client.verifiableTxById({ tx: 1n, proveSinceTx: 1n }, options);
  const answer = create(VerifiableEntrySchema, {
    entry: { key, value, tx: 1n, metadata: { deleted: true } },
    verifiableTx,
    inclusionProof: { leaf: 0, width: 1, terms: [] },
  });
  const requested = { key, atTx: 0n };
  refused("answer", () => checkVerifiableGet(answer, { trusted: stateAt(1n), sha256, requested }));
});

test("checkVerifiableTx() refuses another transaction", async () => {
  const { client, options, stateAt } = await chainOf([
    { key, value },
    { key, value },
    { key, value },
  ]);
  for (const trustedTx of [1n, 2n, 3n]) {
    const answer = await client.verifiableTxById({ tx: 2n, proveSinceTx: trustedTx }, options);
    const context = { trusted: stateAt(trustedTx), sha256 };
    checkVerifiableTx(answer, { ...context, txId: 2n });
    for (const txId of [1n, 3n]) refused("header", () => checkVerifiableTx(answer, { ...context, txId }));
  }
});

/** A ledger with one transaction for each of these. */
async function chainOf(
  written: readonly { key: Uint8Array; value: Uint8Array; metadata?: { deleted: boolean } }[],
): Promise<LedgerChain> {
  const chain = await ledgerChain();
  for (const each of written) {
    await chain.client.set({ KVs: [each] }, chain.options);
    await chain.written();
  }
  return chain;
}

function refused(step: VerificationStep, check: () => unknown): void {
  assert.throws(check, (error) => {
    assert.ok(error instanceof VerificationError);
    assert.equal(error.step, step);
    return true;
  });
}
