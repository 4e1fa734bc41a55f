/**
 * What the guide of immudb's clients showed in 2020, in today's names: log in, set and get, the same with proofs, several
 * keys at once, databases.
 *
 * Needs an empty server: `npx pumice-reference-server --port 3322`, or a real one whose address stands in PUMICE_LEDGER_URL.
 */
import { connectLedger, memoryStateStore, NotFoundError, VerificationError } from "@pumice/ledger-client";

await using ledger = connectLedger(process.env["PUMICE_LEDGER_URL"] ?? "http://127.0.0.1:3322", {
  stateStore: memoryStateStore(), // a program that runs again keeps what it trusts in a file: fileStateStore(path)
});

// With `username` and `password` among the options the first call logs in; this is for a user who comes later.
await ledger.login({ username: "immudb", password: "immudb" });

// Without a proof: as good as the server's word. For what is proven later, see postponed.ts.
await ledger.set("k123", "value123");
console.log("k123 is", (await ledger.get("k123"))?.text());
console.log("k124 is", (await ledger.get("k124"))?.text());

// With one: checked here, against all that was proven before. This was safeSet and safeGet.
try {
  await ledger.verifiedSet("k123", new Uint8Array([1, 2, 3]));
  const entry = await ledger.verifiedGet("k123");
  console.log("proven:", entry?.bytes, "by transaction", entry?.txId);
} catch (error) {
  if (!(error instanceof VerificationError)) throw error;
  console.error("Do not trust this server:", error.step, error.rawMessage);
}

// Several keys in one transaction: all of them, or none.
const { txId, entryCount } = await ledger.setAll({ key1: "value1", key2: "value2" });
console.log(entryCount, "keys in transaction", txId);
for (const [key, entry] of await ledger.getAll(["key1", "key2", "key3"])) console.log(key, "is", entry?.text());
try {
  await ledger.getAll(["key1", "key3"], { required: true });
} catch (error) {
  if (!(error instanceof NotFoundError)) throw error;
  console.log("all or none:", error.rawMessage);
}

// A client for another database has a session, and a trusted state, of its own.
await ledger.createDatabase("db1");
const other = ledger.useDatabase("db1");
await other.verifiedSet("k123", "of db1");
console.log(other.database, "has", (await other.get("k123"))?.text());
console.log("databases:", (await ledger.listDatabases()).map(({ name }) => name).join(", "));

// The server's transactions of each, as the client trusts them now.
console.log("proven in defaultdb:", (await ledger.trustedState()).txId);
console.log("proven in db1:", (await other.trustedState()).txId);

await ledger.logout();
