import assert from "node:assert/strict";
import { createClient } from "@connectrpc/connect";
import type { LedgerClient } from "@pumice/ledger-client";
import { ImmuService } from "@pumice/stubs/immudb";
import { rpcRecorder } from "../../support/rpc-recorder.js";
import { connectTo, type Fact, freshName, freshPrefix, type LedgerTarget } from "../ledger-target.js";

/** Calls whose session the server has forgotten. */
export function sessionLossFacts(target: LedgerTarget, fact: Fact): void {
  fact("every call opens a new session when the server has forgotten the old one", async () => {
    const { transport, calls } = rpcRecorder(target.transport());
    await using ledger = connectTo(target, { transport });
    const bare = createClient(ImmuService, target.transport());
    const forget = async () => {
      const sessionid = calls.findLast(({ header }) => header.has("sessionid"))?.header.get("sessionid");
      assert.ok(sessionid);
      await bare.closeSession({}, { headers: { sessionid } });
    };
    await ledger.ready();
    for (const [name, call] of Object.entries(everyCall(ledger))) {
      await forget();
      const before = calls.length;
      await call();
      const logins = calls.slice(before).filter(({ rpc }) => rpc === "OpenSession");
      assert.equal(logins.length, 1, `logins of ${name}`);
    }
    const made = new Set(calls.map(({ rpc }) => rpc));
    assert.deepEqual(
      [...rpcsOfClient].filter((rpc) => !made.has(rpc)),
      [],
    );
  });
}

/** All that a client can do, on keys and databases of its own. */
function everyCall(ledger: LedgerClient): Record<string, () => Promise<unknown>> {
  const at = freshPrefix();
  const [key, database, username] = [`${at}key`, freshName(), freshName()];
  const password = "Password1!";
  return {
    ready: () => ledger.ready(),
    set: () => ledger.set(key, "1"),
    get: () => ledger.get(key),
    getAll: () => ledger.getAll([key]),
    setAll: () => ledger.setAll({ [`${at}a`]: "1" }),
    execAll: () => ledger.execAll([{ set: [`${at}b`, "2"] }]),
    setReference: () => ledger.setReference({ key: `${at}r`, target: key }),
    zAdd: () => ledger.zAdd({ set: at, score: 1, key }),
    scan: () => ledger.scan(at, { limit: 1 }).toArray(),
    zscan: () => ledger.zscan(at, { limit: 1 }).toArray(),
    history: () => ledger.history(key).toArray(),
    txById: () => ledger.txById(1n),
    txScan: () => ledger.txScan({ limit: 1 }).toArray(),
    count: () => ledger.count(at),
    countAll: () => ledger.count(),
    trustedState: () => ledger.trustedState(),
    verifiedSet: () => ledger.verifiedSet(key, "2"),
    verifiedGet: () => ledger.verifiedGet(key),
    verifiedSetReference: () => ledger.verifiedSetReference({ key: `${at}r`, target: key }),
    verifiedZAdd: () => ledger.verifiedZAdd({ set: at, score: 2, key }),
    verifiedTxById: () => ledger.verifiedTxById(1n),
    delete: () => ledger.delete(key),
    createDatabase: () => ledger.createDatabase(database),
    listDatabases: () => ledger.listDatabases(),
    updateDatabase: () => ledger.updateDatabase(database, { autoload: true }),
    databaseSettings: () => ledger.databaseSettings(),
    databaseHealth: () => ledger.databaseHealth(),
    flushIndex: () => ledger.flushIndex(),
    unloadDatabase: () => ledger.unloadDatabase(database),
    loadDatabase: () => ledger.loadDatabase(database),
    unloadDatabaseAgain: () => ledger.unloadDatabase(database),
    deleteDatabase: () => ledger.deleteDatabase(database),
    createUser: () => ledger.createUser({ username, password, permission: "read" }),
    listUsers: () => ledger.listUsers(),
    grantPermission: () => ledger.grantPermission({ username, permission: "readWrite" }),
    grantSqlPrivileges: () => ledger.grantSqlPrivileges({ username, privileges: ["DROP"] }),
    setUserActive: () => ledger.setUserActive(username, true),
    changePassword: () => ledger.changePassword({ user: username, newPassword: "Password2!" }),
    serverInfo: () => ledger.serverInfo(),
  };
}

/** What the facade calls, save what ends a session, and CompactIndex and TruncateDatabase, which want a database with a past. */
const rpcsOfClient: readonly string[] = [
  ...["KeepAlive", "Set", "Get", "GetAll", "Delete", "ExecAll", "SetReference", "ZAdd", "Scan", "ZScan", "History"],
  ...["TxById", "TxScan", "Count", "CountAll", "CurrentState"],
  ...["VerifiableSet", "VerifiableGet", "VerifiableSetReference", "VerifiableZAdd", "VerifiableTxById"],
  ...[
    "CreateDatabaseV2",
    "DatabaseListV2",
    "UpdateDatabaseV2",
    "GetDatabaseSettingsV2",
    "DatabaseHealth",
    "FlushIndex",
  ],
  ...["UnloadDatabase", "LoadDatabase", "DeleteDatabase", "ServerInfo"],
  ...["CreateUser", "ListUsers", "ChangePermission", "ChangeSQLPrivileges", "SetActiveUser", "ChangePassword"],
];
