/**
 * A transaction that meets conflicts: every attempt begins a new transaction and reads again, since a transaction can be
 * committed once only, and what it has read is old by then.
 *
 * Needs a server with conflicts: `npx pumice-reference-server`, or one whose address stands in PUMICE_KV_URL. (ScoriaDB 0.1.1
 * commits nothing, and so has none.)
 */
import { ConflictError, connectKv } from "@pumice/kv-client";

await using kv = connectKv(process.env["PUMICE_KV_URL"] ?? "http://127.0.0.1:50051", {
  username: "admin",
  password: "admin",
});
await kv.put("balance", "100");

// Somebody else is faster twice.
const rivals = ["200", "300"];
const ids = new Set<string>();
const balance = await kv.transaction(
  async (txn) => {
    ids.add(txn.id);
    const read = Number((await txn.get("balance"))?.text());
    const rival = rivals.shift();
    if (rival) await kv.put("balance", rival);
    txn.put("balance", String(read + 1));
    txn.onCommit(() => console.log("committed at attempt", txn.attempt));
    return read + 1;
  },
  {
    maxAttempts: 5,
    onRetry: ({ attempt, error }) => {
      console.log(`attempt ${attempt} met a conflict: ${error instanceof ConflictError}, beginning again`);
    },
  },
);
console.log("balance =", balance, "in", ids.size, "transactions");

// The same by hand, for who wants to see it.
for (let attempt = 1; attempt <= 5; attempt++) {
  await using txn = await kv.begin(); // leaving the block without a commit rolls it back
  const read = Number((await txn.get("balance"))?.text());
  if (attempt === 1) await kv.put("balance", "400");
  txn.put("balance", String(read + 1));
  try {
    await txn.commit();
    console.log("balance =", (await kv.get("balance"))?.text(), "by hand, at attempt", attempt);
    break;
  } catch (error) {
    if (!(error instanceof ConflictError)) throw error;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** attempt));
  }
}
