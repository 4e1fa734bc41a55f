import type { LedgerCall } from "./ledger-history.js";

/** Who makes a call: a session by its name, a token, nobody, or somebody with a session that does not exist. */
export type Who = string;

/** A call of the script, or a login that keeps its session under a name. */
export type AdminStep =
  | { readonly call: LedgerCall["method"]; readonly as: Who; readonly request?: Record<string, unknown> }
  | { readonly open: string; readonly user: string; readonly password: string; readonly database: string };

const bytes = (text: string) => Buffer.from(text);

const call = (as: Who, method: LedgerCall["method"], request: Record<string, unknown> = {}): AdminStep => ({
  call: method,
  as,
  request,
});
const open = (name: string, user: string, password: string, database = "defaultdb"): AdminStep => {
  return { open: name, user, password, database };
};
const createUser = (as: Who, user: string, password: string, permission: number, database: string): AdminStep => {
  return call(as, "createUser", { user: bytes(user), password: bytes(password), permission, database });
};
const changePassword = (as: Who, user: string, oldPassword: string, newPassword: string): AdminStep => {
  const request = { user: bytes(user), oldPassword: bytes(oldPassword), newPassword: bytes(newPassword) };
  return call(as, "changePassword", request);
};
const changePermission = (as: Who, username: string, database: string, permission: number, action = 0): AdminStep => {
  return call(as, "changePermission", { action, username, database, permission });
};
const createDatabase = (name: string, settings?: Record<string, unknown>): AdminStep => {
  return call("root", "createDatabaseV2", { name, ...(settings && { settings }) });
};

const anyUser = [
  ...["set", "getAll", "delete", "execAll", "setReference", "zAdd", "verifiableSet", "verifiableZAdd"],
  ...["get", "verifiableGet", "count", "countAll", "currentState", "scan", "zScan", "history", "txById", "txScan"],
  ...["getDatabaseSettingsV2", "getDatabaseSettings", "flushIndex", "compactIndex", "keepAlive", "createDatabase"],
  ...["createDatabaseV2", "createDatabaseWith", "loadDatabase", "unloadDatabase", "deleteDatabase"],
  ...["updateDatabaseV2", "updateDatabase", "updateAuthConfig", "updateMTLSConfig", "listUsers"],
] as LedgerCall["method"][]; // each is one

/** Logins, databases, users and permissions, right and wrong. */
export const adminScript: readonly AdminStep[] = [
  // Nobody, and wrong logins.
  ...(["get", "keepAlive", "closeSession", "listUsers", "databaseListV2", "logout"] as const).map((method) =>
    call("nobody", method),
  ),
  call("nobody", "createDatabaseV2", { name: "x" }),
  call("nobody", "useDatabase", { databaseName: "defaultdb" }),
  ...(["get", "keepAlive", "closeSession", "currentState", "health", "login"] as const).map((method) =>
    call("stranger", method),
  ),
  call("empty session", "get", { key: bytes("k") }),
  call("garbage token", "get", { key: bytes("k") }),
  open("none", "immudb", "wrong"),
  open("none", "nobody", "wrong"),
  open("none", "immudb", "immudb", "nodb"),
  open("none", "immudb", "wrong", "nodb"),
  open("none", "immudb", "immudb", ""),
  call("nobody", "login", { user: bytes("immudb"), password: bytes("wrong") }),
  call("nobody", "login", {}),
  open("root", "immudb", "immudb", "DefaultDB"),

  // Databases.
  createDatabase("DB1"),
  ...["db1", "defaultdb", "systemdb", "", "x".repeat(129), "a-b", "a b", "_a"].map((name) => createDatabase(name)),
  call("root", "createDatabaseV2", { name: "db1", ifNotExists: true }),
  createDatabase("v0", { writeTxHeaderVersion: { value: 0 } }),
  createDatabase("v5", { writeTxHeaderVersion: { value: 5 } }),
  createDatabase("small", { maxKeyLen: { value: 10 }, maxValueLen: { value: 10 }, maxTxEntries: { value: 2 } }),
  call("root", "createDatabase", { databaseName: "Old" }),
  call("root", "databaseList"),
  call("root", "databaseListV2"),
  call("root", "updateDatabaseV2", { database: "db1", settings: { autoload: { value: false } } }),
  call("root", "updateDatabaseV2", { database: "nodb" }),
  call("root", "getDatabaseSettings"),
  call("root", "getDatabaseSettingsV2"),
  call("root", "truncateDatabase", { database: "small", retentionPeriod: 5n }),
  call("root", "truncateDatabase", { database: "nodb", retentionPeriod: 86_400_000n }),
  open("switcher", "immudb", "immudb"),
  ...["DB1", "nodb", "db1"].map((databaseName) => call("switcher", "useDatabase", { databaseName })),
  call("switcher", "currentState"),
  call("root", "currentState"),
  ...["db1", "nodb", "defaultdb"].flatMap((database) => [
    call("root", "loadDatabase", { database }),
    call("root", "deleteDatabase", { database }),
    call("root", "unloadDatabase", { database }),
    call("root", "unloadDatabase", { database }),
  ]),
  ...(["get", "currentState", "scan"] as const).map((method) => call("switcher", method, { key: bytes("k") })),
  call("root", "useDatabase", { databaseName: "db1" }),
  call("root", "loadDatabase", { database: "db1" }),
  call("switcher", "currentState"),
  open("small", "immudb", "immudb", "small"),
  call("small", "set", { KVs: [{ key: bytes("0123456789") }] }),
  call("small", "set", { KVs: [{ key: bytes("012345678"), value: bytes("0123456789") }] }),
  call("small", "set", { KVs: [{ key: bytes("1") }, { key: bytes("2") }, { key: bytes("3") }] }),
  open("v0", "immudb", "immudb", "v0"),
  call("v0", "set", { KVs: [{ key: bytes("1"), metadata: { nonIndexable: true } }] }),
  call("v0", "delete", { keys: [bytes("1")] }),
  open("system", "immudb", "immudb", "systemdb"),
  ...(["set", "delete", "execAll", "verifiableSet", "flushIndex"] as const).map((method) => call("system", method)),
  call("root", "unloadDatabase", { database: "old" }),
  call("root", "deleteDatabase", { database: "old" }),
  createDatabase("old"),
  call("root", "useDatabase", { databaseName: "old" }),

  // Users.
  createUser("root", "reader", "r", 1, "defaultdb"),
  createUser("root", "writer", "w", 2, "defaultdb"),
  createUser("root", "admin", "a", 254, "defaultdb"),
  createUser("root", "admin1", "a", 254, "db1"),
  createUser("root", "reader", "r", 1, "defaultdb"),
  createUser("root", "immudb", "r", 1, "defaultdb"),
  ...[0, 3, 255].map((permission) => createUser("root", "u", "p", permission, "defaultdb")),
  ...["nodb", "", "systemdb"].map((database) => createUser("root", "u", "p", 1, database)),
  createUser("root", "u", "p", 255, ""),
  ...["a b", "a".repeat(64), ""].map((name) => createUser("root", name, "p", 1, "defaultdb")),
  ...["", "x".repeat(73)].map((password) => createUser("root", "u", password, 1, "defaultdb")),
  createUser("root", "", "", 0, "nodb"),
  createUser("root", "odd", "p", 256, "defaultdb"),
  open("reader", "reader", "r"),
  open("writer", "writer", "w"),
  open("admin", "admin", "a"),
  open("admin1", "admin1", "a", "db1"),
  open("none", "reader", "r", "db1"),
  open("none", "admin", "a", "systemdb"),
  open("none", "odd", "p"),
  call("reader", "useDatabase", { databaseName: "db1" }),
  call("root", "listUsers"),
  ...["reader", "writer", "admin"].flatMap((who) => {
    const request = { key: bytes("k"), keys: [bytes("k")], tx: 1n, initialTx: 1n, name: "zz", databaseName: "zz" };
    return anyUser.map((method) => call(who, method, { ...request, database: "db1" }));
  }),
  createUser("writer", "q", "q", 1, "defaultdb"),
  createUser("admin", "made", "m", 1, "defaultdb"),
  createUser("admin", "made1", "m", 1, "db1"),
  changePassword("reader", "reader", "r", "x"),
  changePassword("root", "immudb", "wrong", "x"),
  changePassword("root", "nobody", "", "x"),
  changePassword("root", "", "", "x"),
  changePassword("root", "reader", "", ""),
  changePassword("admin", "admin1", "", "x"),
  changePassword("admin", "reader", "", "x"),
  changePassword("admin", "immudb", "", "x"),
  changePassword("admin", "made", "", "x"),
  changePassword("root", "reader", "", "new"),
  call("reader", "get", { key: bytes("k") }),
  open("none", "reader", "r"),
  open("reader", "reader", "new"),
  changePermission("root", "made", "db1", 1),
  changePermission("root", "made", "db1", 1),
  changePermission("root", "made", "db1", 2),
  changePermission("root", "made", "db1", 2, 1),
  changePermission("root", "made", "db1", 2, 1),
  ...[0, 7].map((permission) => changePermission("root", "made", "db1", permission)),
  ...["nodb", ""].map((database) => changePermission("root", "made", database, 1)),
  ...["nobody", "", "immudb"].map((username) => changePermission("root", username, "db1", 1)),
  changePermission("admin", "admin", "defaultdb", 1),
  changePermission("admin", "made", "db1", 1),
  changePermission("admin", "made", "defaultdb", 2),
  changePermission("root", "made", "db1", 1, 5),
  changePermission("reader", "reader", "db1", 1),
  changePermission("writer", "reader", "db1", 1),
  ...["nobody", "", "immudb"].map((username) => call("root", "setActiveUser", { username, active: false })),
  call("reader", "setActiveUser", { username: "writer", active: false }),
  call("admin", "setActiveUser", { username: "writer", active: false }),
  call("root", "setActiveUser", { username: "writer", active: false }),
  call("writer", "currentState"),
  open("none", "writer", "w"),
  call("nobody", "login", { user: bytes("writer"), password: bytes("w") }),
  call("root", "setActiveUser", { username: "writer", active: true }),
  open("writer", "writer", "w"),
  call("root", "changeSQLPrivileges", { username: "writer", database: "defaultdb", privileges: ["FOO"] }),
  call("root", "changeSQLPrivileges", { username: "nobody", database: "defaultdb", privileges: ["DROP"] }),
  call("root", "changeSQLPrivileges", { username: "writer", database: "nodb", privileges: ["DROP"] }),

  // Sessions come to an end.
  call("root", "closeSession"),
  call("root", "currentState"),
];
