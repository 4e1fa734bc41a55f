/**
 * The whole of ScoriaDB's guide in one program: log in, write, read, delete, scan, and a transaction, whose key is read
 * back at the end.
 *
 * Needs a server: `npx pumice-reference-server`, or a real one whose address stands in PUMICE_KV_URL. ScoriaDB 0.1.1 answers
 * the commit and does not apply it: there the last line says so.
 */
import { connectKv, PumiceError, UnauthenticatedError } from "@pumice/kv-client";

await using kv = connectKv(process.env["PUMICE_KV_URL"] ?? "http://127.0.0.1:50051", {
  username: "admin",
  password: "admin",
});

try {
  // Not needed, as the first call logs in too; but a wrong address or password shows here.
  await kv.ready();
  console.log("connected as", (await kv.session()).roles.join(", "));
} catch (error) {
  if (!(error instanceof PumiceError)) throw error;
  const reason = error instanceof UnauthenticatedError ? "Cannot log in" : "Cannot reach the server";
  console.error(`${reason}: ${error.rawMessage}`);
  process.exit(1);
}

await kv.put("user:1", "Alice");
await kv.put("user:2", "Bob");
await kv.put("temp_key", "soon gone");
console.log("user:1 =", (await kv.get("user:1"))?.text());

await kv.delete("user:2");
const all = await kv.scan().toArray();
console.log("keys in all:", all.length);
for (const entry of all) console.log(entry.key, "→", entry.text());

// Both writes or none. The list is sent with the commit; nothing of it is there before.
await kv.commit([{ put: ["txn_key", "txn_value"] }, { delete: "temp_key" }]);
console.log("txn_key =", (await kv.get("txn_key"))?.text());
console.log("temp_key =", (await kv.get("temp_key"))?.text());
