/**
 * Write now, prove later: plain writes cost no proof, and each names the transaction that it was written by.
 *
 * Needs an empty server: `npx pumice-reference-server --port 3322`, or a real one whose address stands in PUMICE_LEDGER_URL.
 */
import { connectLedger, memoryStateStore } from "@pumice/ledger-client";

await using ledger = connectLedger(process.env["PUMICE_LEDGER_URL"] ?? "http://127.0.0.1:3322", {
  username: "immudb",
  password: "immudb",
  stateStore: memoryStateStore(),
});

// What is trusted before the first write is what the writes are held against.
await ledger.verifiedSet("day", "2026-11-21");

// By day: as fast as the server is.
const invoices = new Map([
  ["invoice:1", "100 EUR"],
  ["invoice:2", "250 EUR"],
  ["invoice:3", "75 EUR"],
]);
const written: { readonly key: string; readonly value: string; readonly txId: bigint }[] = [];
for (const [key, value] of invoices) {
  const { txId } = await ledger.set(key, value);
  written.push({ key, value, txId });
}

// By night: one proof for each transaction, and that it holds what was sent.
for (const { key, value, txId } of written) {
  const transaction = await ledger.verifiedTxById(txId);
  console.log(key, "in transaction", txId, transaction?.holds(key, value) ? "is proven" : "IS NOT WHAT WAS SENT");
}

// There is no verified form of a list of operations, or of a deletion: this is how they are proven.
const { txId } = await ledger.execAll([
  { set: ["invoice:4", "40 EUR"] },
  { setReference: { key: "invoice:newest", target: "invoice:4" } },
  { zAdd: { set: "by-amount", score: 40, key: "invoice:4" } },
]);
const transaction = await ledger.verifiedTxById(txId);
console.log("transaction", txId, "wrote", transaction?.entries.map(({ kind }) => kind).join(", "));
console.log("trusted up to transaction", (await ledger.trustedState()).txId);
