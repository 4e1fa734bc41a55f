/**
 * A server that lies, and a client that catches it: once by another value, once by a history that is cut off and written anew.
 *
 * Starts a server of its own, which can be told to lie.
 */
import { connectLedger, memoryStateStore, ServerBehindError, VerificationError } from "@pumice/ledger-client";
import { startReferenceServer } from "@pumice/reference-server";

await using server = await startReferenceServer();
const { url, username, password } = server.ledger;
await using ledger = connectLedger(url, { username, password, stateStore: memoryStateStore() });

await ledger.verifiedSet("balance", "100");
await ledger.verifiedSet("note", "nobody has touched this");
const before = await ledger.trustedState();

server.ledger.tamper({ kind: "changed-value", key: "balance", value: "1000000" });

// Who only asks believes it.
console.log("the server says", (await ledger.get("balance"))?.text());

// Who asks for a proof does not get one.
try {
  console.log("proven:", (await ledger.verifiedGet("balance"))?.text());
} catch (error) {
  if (!(error instanceof VerificationError)) throw error;
  console.log(`caught at ${error.step}: ${error.rawMessage}`);
}

// What nobody has touched is proven still, and what was trusted has not moved.
console.log("still proven:", (await ledger.verifiedGet("note"))?.text());
console.log("trusted:", before.txId, "then,", (await ledger.trustedState()).txId, "now");

// A backup is played back; or so they say.
server.ledger.tamper({ kind: "rolled-back-history", lastTx: 1n });
try {
  await ledger.verifiedGet("note");
} catch (error) {
  if (!(error instanceof ServerBehindError)) throw error;
  console.log(`caught at ${error.step}: ${error.rawMessage}`);
}

// Other transactions take the place of those that are gone: there are enough of them again, but they are not the same.
for (const day of ["monday", "tuesday", "wednesday"]) await ledger.set(day, "as if nothing had happened");
try {
  await ledger.verifiedGet("wednesday");
} catch (error) {
  if (!(error instanceof VerificationError)) throw error;
  console.log(`caught at ${error.step}: ${error.rawMessage}`);
}
