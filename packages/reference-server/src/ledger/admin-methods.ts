import type { ServiceImpl } from "@connectrpc/connect";
import type { DatabaseNullableSettings, ImmuService } from "@pumice/stubs/immudb";
import { settingsOfToday } from "./database-settings.js";
import { checkNotReserved, databaseInfo, type LedgerDatabase } from "./ledger-databases.js";
import { detailedError, plainError } from "./ledger-error.js";
import type { LedgerState } from "./session-methods.js";

/** The rpcs about users. */
export function userMethods({ users, access }: LedgerState): Partial<ServiceImpl<typeof ImmuService>> {
  const dead = (): never => {
    throw detailedError("XX000", "operation not supported");
  };
  return {
    listUsers(_, { requestHeader }) {
      const { user, database } = access.caller(requestHeader);
      return { users: users.visibleTo(user, database).map((each) => each.view()) };
    },
    createUser(request, { requestHeader }) {
      users.create(access.caller(requestHeader).user, request);
      return {};
    },
    changePassword(request, { requestHeader }) {
      users.changePassword(access.caller(requestHeader).user, request);
      return {};
    },
    changePermission(request, { requestHeader }) {
      users.changePermission(access.caller(requestHeader).user, request);
      return {};
    },
    changeSQLPrivileges(request, { requestHeader }) {
      users.changeSqlPrivileges(access.caller(requestHeader).user, request);
      return {};
    },
    setActiveUser(request, { requestHeader }) {
      users.setActive(access.caller(requestHeader).user, request);
      return {};
    },
    updateAuthConfig: dead,
    updateMTLSConfig: dead,
  };
}

/** The rpcs about databases as a whole, today's and their older forms. */
export function databaseMethods(state: LedgerState): Partial<ServiceImpl<typeof ImmuService>> {
  const { databases, access, nowMs } = state;
  const pleaseLogin = () => plainError("please login");

  const create = (headers: Headers, name: string, settings?: DatabaseNullableSettings): LedgerDatabase => {
    const { user } = access.caller(headers, () => plainError("could not get loggedin user data"));
    if (!user.isSysAdmin) throw plainError("loggedin user does not have permissions for this operation");
    return databases.create(name, { settings, createdBy: user.name });
  };
  const listed = (headers: Headers): LedgerDatabase[] => {
    const { user } = access.caller(headers, pleaseLogin);
    return databases.list().filter(({ name }) => user.permissionOn(name) > 0);
  };
  /** Whoever may not administer a database does not learn whether it exists. */
  const administered = (headers: Headers, name: string): string => {
    const { user } = access.caller(headers);
    checkNotReserved(name);
    if (user.isSysAdmin || user.mayAdminister(name)) return name;
    throw plainError(`the database '${name}' does not exist or you do not have admin permission on this database`);
  };

  return {
    createDatabaseV2({ name: askedName, settings, ifNotExists }, { requestHeader }) {
      const existing = ifNotExists ? databases.find(askedName.toLowerCase()) : undefined;
      if (existing) return { name: existing.name, settings: existing.settings, alreadyExisted: true };
      const { name, settings: actual } = create(requestHeader, askedName, settings);
      return { name, settings: actual };
    },
    createDatabase({ databaseName }, { requestHeader }) {
      create(requestHeader, databaseName);
      return {};
    },
    createDatabaseWith(settings, { requestHeader }) {
      create(requestHeader, settings.databaseName, settingsOfToday(settings));
      return {};
    },
    databaseListV2(_, { requestHeader }) {
      return { databases: listed(requestHeader).map(databaseInfo) };
    },
    databaseList(_, { requestHeader }) {
      return { databases: listed(requestHeader).map(({ name }) => ({ databaseName: name })) };
    },
    updateDatabaseV2({ database, settings }, { requestHeader }) {
      const updated = databases.update(administered(requestHeader, database), settings);
      return { database: updated.name, settings: updated.settings };
    },
    updateDatabase(settings, { requestHeader }) {
      databases.update(administered(requestHeader, settings.databaseName), settingsOfToday(settings));
      return {};
    },
    getDatabaseSettingsV2(_, { requestHeader }) {
      const { name, settings } = access.database(requestHeader, "read");
      return { database: name, settings };
    },
    getDatabaseSettings(_, { requestHeader }) {
      const { name, settings } = access.database(requestHeader, "read");
      const { fileSize, maxKeyLen, maxValueLen, maxTxEntries, excludeCommitTime } = settings;
      return {
        databaseName: name,
        fileSize: fileSize?.value ?? 0,
        maxKeyLen: maxKeyLen?.value ?? 0,
        maxValueLen: maxValueLen?.value ?? 0,
        maxTxEntries: maxTxEntries?.value ?? 0,
        excludeCommitTime: excludeCommitTime?.value ?? false,
      };
    },
    loadDatabase({ database }, { requestHeader }) {
      databases.load(administered(requestHeader, database));
      return { database };
    },
    unloadDatabase({ database }, { requestHeader }) {
      databases.unload(administered(requestHeader, database));
      return { database };
    },
    deleteDatabase({ database }, { requestHeader }) {
      databases.delete(administered(requestHeader, database));
      return { database };
    },
    truncateDatabase({ database, retentionPeriod }, { requestHeader }) {
      return databases.truncate(administered(requestHeader, database), retentionPeriod);
    },
    flushIndex(_, { requestHeader }) {
      return { database: access.database(requestHeader, "administer").name };
    },
    compactIndex(_, { requestHeader }) {
      access.database(requestHeader, "administer");
      throw plainError("tbtree: compaction threshold not yet reached"); // in memory it never is
    },
    databaseHealth(_, { requestHeader }) {
      access.database(requestHeader, "read");
      return { pendingRequests: 0, lastRequestCompletedAt: BigInt(nowMs()) };
    },
  };
}
