import { Code } from "@connectrpc/connect";
import { type LedgerDatabase, type LedgerDatabases, systemDatabase } from "./ledger-databases.js";
import { detailedError, plainError } from "./ledger-error.js";
import { type Caller, type LedgerSessions, notLoggedIn } from "./ledger-sessions.js";
import { type LedgerUser, permission } from "./ledger-users.js";

/** What a call wants to do in its database. */
export type Purpose = "read" | "write" | "list" | "administer";

/** GetAll, the list, asks for more than a read should, as the real server does. */
const requiredLevel: Readonly<Record<Purpose, number>> = {
  read: permission.read,
  list: permission.readWrite,
  write: permission.readWrite,
  administer: permission.admin,
};

/** Tells from a call's headers who calls, and what they may do. */
export class LedgerAccess {
  constructor(
    private readonly sessions: LedgerSessions,
    private readonly databases: LedgerDatabases,
  ) {}

  /** Who calls: a session counts before a token. */
  caller(headers: Headers, missing: () => Error = notLoggedIn): Caller {
    const sessionId = headers.get("sessionid");
    if (sessionId !== null) return this.sessions.use(sessionId);
    const authorization = headers.get("authorization");
    if (authorization === null) throw missing();
    return this.sessions.ofToken(authorization);
  }

  /** The session of a call that makes sense in a session only. */
  sessionId(headers: Headers): string {
    const sessionId = headers.get("sessionid");
    if (sessionId === null) throw detailedError("28000", "no session auth data provided");
    this.sessions.use(sessionId);
    return sessionId;
  }

  /** The database that a call is about. */
  database(headers: Headers, purpose: Purpose): LedgerDatabase {
    const { user, database: name } = this.caller(headers);
    if (name === undefined) throw plainError("please select a database first");
    const level = user.permissionOn(name);
    const isAllowed = level >= requiredLevel[purpose] && level <= permission.sysAdmin;
    if (!isAllowed || (purpose === "write" && name === systemDatabase)) {
      throw detailedError("XX000", "permission denied");
    }
    return this.databases.opened(name);
  }

  /** Refuses a database that the user has no rights on. */
  checkMayEnter(user: LedgerUser, database: string): void {
    const level = user.permissionOn(database);
    if (level >= permission.read && level <= permission.sysAdmin) return;
    throw plainError("Logged in user does not have permission on this database", Code.PermissionDenied);
  }
}
