/**
 * Users, their rights and their passwords.
 *
 * Needs an empty server: `npx pumice-reference-server --port 3322`, or a real one whose address stands in PUMICE_LEDGER_URL.
 */
import { connectLedger, PermissionDeniedError, UnauthenticatedError } from "@pumice/ledger-client";

const url = process.env["PUMICE_LEDGER_URL"] ?? "http://127.0.0.1:3322";
await using admin = connectLedger(url, { username: "immudb", password: "immudb" });

const password = "Pw1:pasdfoiu";
await admin.createUser({ username: "newuser", password, permission: "readWrite", database: "defaultdb" });
for (const { username, permissions } of await admin.listUsers()) {
  console.log(
    username,
    "has",
    permissions.map(({ database, permission }) => `${permission} on ${database}`).join(", "),
  );
}

await using user = connectLedger(url, { username: "newuser", password });
await user.set("greeting", "hello");

// The server takes any password; the rule of old is the client's.
try {
  await admin.changePassword({ user: "newuser", newPassword: "short" });
} catch (error) {
  if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
  console.log(error.message);
}

// Nobody but an administrator changes passwords.
try {
  await user.changePassword({ user: "newuser", oldPassword: password, newPassword: "pW1:a0s98d7gfy" });
} catch (error) {
  if (!(error instanceof PermissionDeniedError)) throw error;
  console.log("not even the own one:", error.kind);
}

// This ends the user's sessions; whoever has the old password only is out.
await admin.changePassword({ user: "newuser", newPassword: "pW1:a0s98d7gfy" });
try {
  await user.get("greeting");
} catch (error) {
  if (!(error instanceof UnauthenticatedError)) throw error;
  console.log("the old password is refused:", error.kind);
}
await user.login({ username: "newuser", password: "pW1:a0s98d7gfy" });
console.log("greeting is", (await user.get("greeting"))?.text());

// Rights can be changed at any time; the next call opens a new session with them.
await admin.grantPermission({ username: "newuser", permission: "read", database: "defaultdb" });
try {
  await user.set("greeting", "good bye");
} catch (error) {
  if (!(error instanceof PermissionDeniedError)) throw error;
  console.log("a reader may not write:", error.kind);
}
