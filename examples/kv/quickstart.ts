/**
 * A first visit to ScoriaDB: log in, write, read, scan, delete.
 *
 * Needs a server: `npx pumice-reference-server`, or a real one whose address stands in PUMICE_KV_URL.
 */
import { connectKv, NotFoundError } from "@pumice/kv-client";

// The login happens with the first call, and again before the token expires.
await using kv = connectKv(process.env["PUMICE_KV_URL"] ?? "http://127.0.0.1:50051", {
  username: "admin",
  password: "admin",
});

await kv.put("user:1", "Alice");
await kv.put("user:2", "Bob");
await kv.put("user:3", JSON.stringify({ name: "Carol" }));
console.log("user:1 is", (await kv.get("user:1"))?.text());
console.log("user:9 is", (await kv.get("user:9"))?.text());

await kv.delete("user:2");
for await (const entry of kv.scan("user:")) {
  console.log("found", entry.key, "with", entry.text());
}

// Leaving the loop cancels the scan on the wire.
for await (const entry of kv.scan("user:")) {
  console.log("the first one is", entry.key);
  break;
}

try {
  await kv.get("user:1", { family: "archive" });
} catch (error) {
  if (!(error instanceof NotFoundError)) throw error;
  console.log("no such family:", error.rawMessage);
}
