import { Code, type ServiceImpl } from "@connectrpc/connect";
import type { ImmuService } from "@pumice/stubs/immudb";
import type { LedgerAccess } from "./ledger-access.js";
import { defaultDatabase, type LedgerDatabases } from "./ledger-databases.js";
import { detailedError, plainError } from "./ledger-error.js";
import { type LedgerSessions, notLoggedIn } from "./ledger-sessions.js";
import { type LedgerUsers, sysAdminName } from "./ledger-users.js";

/** What the methods of a server work on. */
export interface LedgerState {
  readonly serverUuid: string;
  readonly users: LedgerUsers;
  readonly sessions: LedgerSessions;
  readonly databases: LedgerDatabases;
  readonly access: LedgerAccess;
  readonly nowMs: () => number;
}

/** The rpcs that open and close sessions, with those of the older login by token, and those without any login. */
export function sessionMethods(state: LedgerState): Partial<ServiceImpl<typeof ImmuService>> {
  const { serverUuid, users, sessions, databases, access, nowMs } = state;
  const startedAt = BigInt(Math.floor(nowMs() / 1000));
  return {
    openSession({ username, password, databaseName }) {
      const user = users.login(text(username), text(password));
      const name = databaseName.toLowerCase();
      if (!databases.find(name)) throw plainError("database does not exist");
      access.checkMayEnter(user, name);
      return { sessionID: sessions.open(user, name), serverUUID: serverUuid };
    },
    keepAlive(_, { requestHeader }) {
      access.sessionId(requestHeader);
      return {};
    },
    closeSession(_, { requestHeader }) {
      sessions.close(access.sessionId(requestHeader));
      return {};
    },
    login({ user: name, password }) {
      const user = users.login(text(name), text(password));
      const hasOneDatabase = databases.list().length === 1;
      const token = sessions.issueToken(user, hasOneDatabase ? defaultDatabase : undefined);
      const isDefault = user.name === sysAdminName && text(password) === sysAdminName;
      return { token, warning: isDefault ? Buffer.from(defaultPasswordWarning) : new Uint8Array() };
    },
    logout(_, { requestHeader }) {
      const authorization = requestHeader.get("authorization");
      if (authorization === null) throw notLoggedIn();
      sessions.ofToken(authorization); // which stays valid, as with the real server
      return {};
    },
    useDatabase({ databaseName: name }, { requestHeader }) {
      const caller = access.caller(requestHeader, () => plainError("Please login", Code.Unauthenticated));
      if (!databases.find(name) && !databases.wasDeleted(name)) {
        throw detailedError("3F000", `'${name}' does not exist`);
      }
      access.checkMayEnter(caller.user, name);
      databases.opened(name);
      if (requestHeader.has("sessionid")) caller.database = name;
      return { token: sessions.issueToken(caller.user, name) };
    },
    health() {
      return { status: true, version: "" };
    },
    serverInfo() {
      const all = databases.list();
      const numTransactions = all.reduce((sum, { store }) => sum + store.transactions.lastId, 0n);
      return { version: "", startedAt, numTransactions, numDatabases: all.length };
    },
  };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

const defaultPasswordWarning = "immudb user has the default password: please change it to ensure proper security";
