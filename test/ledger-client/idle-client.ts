import { connectLedger, memoryStateStore } from "@pumice/ledger-client";

// Not closed on purpose: neither its connection nor what keeps its session alive may hold the process.
const user = { username: "immudb", password: "immudb" };
const ledger = connectLedger(process.env["LEDGER_URL"] ?? "", {
  ...user,
  keepAliveMs: 20,
  stateStore: memoryStateStore(),
});
await ledger.verifiedSet("key", "value");
console.log((await ledger.verifiedGet("key"))?.text());
