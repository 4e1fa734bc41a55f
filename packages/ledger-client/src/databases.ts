import { checkText } from "@pumice/client-core";
import { ImmuService } from "@pumice/stubs/immudb";
import { plainSettings, settingsMessage } from "./database-settings.js";
import { dateOf } from "./entry.js";
import type { LedgerDatabases } from "./ledger-databases.js";
import type { LedgerRpcs } from "./rpcs.js";

const { method } = ImmuService;

/** The databases of a server. */
export function ledgerDatabases({ stub, calls }: LedgerRpcs): Omit<LedgerDatabases, "useDatabase"> {
  return {
    async createDatabase(name, { settings = {}, ifNotExists = false, ...options } = {}) {
      const request = { name: checkedName(name), settings: settingsMessage(settings), ifNotExists };
      const answer = await calls.unary(method.createDatabaseV2, options, (call) =>
        stub.createDatabaseV2(request, call),
      );
      return !answer.alreadyExisted;
    },
    async listDatabases(options = {}) {
      const answer = await calls.unary(method.databaseListV2, options, (call) => stub.databaseListV2({}, call));
      return answer.databases.map((database) => ({
        name: database.name,
        settings: plainSettings(database.settings),
        loaded: database.loaded,
        diskBytes: database.diskSize,
        transactionCount: database.numTransactions,
        createdAt: dateOf(database.createdAt),
        createdBy: database.createdBy,
      }));
    },
    async loadDatabase(name, options = {}) {
      const request = { database: checkedName(name) };
      await calls.unary(method.loadDatabase, options, (call) => stub.loadDatabase(request, call));
    },
    async unloadDatabase(name, options = {}) {
      const request = { database: checkedName(name) };
      await calls.unary(method.unloadDatabase, options, (call) => stub.unloadDatabase(request, call));
    },
    async deleteDatabase(name, options = {}) {
      const request = { database: checkedName(name) };
      await calls.unary(method.deleteDatabase, options, (call) => stub.deleteDatabase(request, call));
    },
    async databaseSettings(options = {}) {
      const { getDatabaseSettingsV2 } = method;
      const answer = await calls.unary(getDatabaseSettingsV2, options, (call) => stub.getDatabaseSettingsV2({}, call));
      return plainSettings(answer.settings);
    },
    async updateDatabase(name, settings, options = {}) {
      const request = { database: checkedName(name), settings: settingsMessage(settings) };
      await calls.unary(method.updateDatabaseV2, options, (call) => stub.updateDatabaseV2(request, call));
    },
    async truncateDatabase(name, retentionMs, options = {}) {
      if (!Number.isSafeInteger(retentionMs) || retentionMs < dayMs) {
        throw new RangeError(`Cannot truncate: retentionMs must be a whole number >= ${dayMs}, got ${retentionMs}`);
      }
      const request = { database: checkedName(name), retentionPeriod: BigInt(retentionMs) };
      await calls.unary(method.truncateDatabase, options, (call) => stub.truncateDatabase(request, call));
    },
    async flushIndex({ cleanupPercentage = 0, synced = false, ...options } = {}) {
      const request = { cleanupPercentage, synced };
      await calls.unary(method.flushIndex, options, (call) => stub.flushIndex(request, call));
    },
    async compactIndex(options = {}) {
      await calls.unary(method.compactIndex, options, (call) => stub.compactIndex({}, call));
    },
    async databaseHealth(options = {}) {
      const answer = await calls.unary(method.databaseHealth, options, (call) => stub.databaseHealth({}, call));
      const { pendingRequests, lastRequestCompletedAt } = answer;
      return { pendingRequests, lastRequestCompletedAt: new Date(Number(lastRequestCompletedAt)) };
    },
    async serverInfo(options = {}) {
      const answer = await calls.unary(method.serverInfo, options, (call) => stub.serverInfo({}, call));
      return {
        version: answer.version,
        startedAt: dateOf(answer.startedAt),
        transactionCount: answer.numTransactions,
        databaseCount: answer.numDatabases,
        diskBytes: answer.databasesDiskSize,
      };
    },
  };
}

/** The rest of what makes a name is the server's to say. */
function checkedName(name: string): string {
  if (checkText(name, "database") === "") throw new TypeError("Cannot name a database: the name must not be empty");
  return name;
}

const dayMs = 86_400_000;
