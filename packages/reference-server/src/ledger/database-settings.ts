import { create, isMessage, type Message } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import {
  type DatabaseNullableSettings,
  DatabaseNullableSettingsSchema,
  type DatabaseSettings,
} from "@pumice/stubs/immudb";
import { plainError } from "./ledger-error.js";
import type { StoreLimits } from "./ledger-store.js";

/** The settings of a database that was created without any. */
export function defaultSettings(): DatabaseNullableSettings {
  const [off, none] = [{ value: false }, { value: 0 }];
  return create(DatabaseNullableSettingsSchema, {
    replicationSettings: {
      replica: off,
      primaryDatabase: {},
      primaryHost: {},
      primaryPort: none,
      primaryUsername: {},
      primaryPassword: {},
      syncReplication: off,
      syncAcks: none,
      prefetchTxBufferSize: none,
      replicationCommitConcurrency: none,
      allowTxDiscarding: off,
      skipIntegrityCheck: off,
      waitForIndexing: off,
    },
    fileSize: { value: 536_870_912 },
    maxKeyLen: { value: 1024 },
    maxValueLen: { value: 33_554_432 },
    maxTxEntries: { value: 1024 },
    excludeCommitTime: off,
    maxConcurrency: { value: 30 },
    maxIOConcurrency: { value: 1 },
    txLogCacheSize: { value: 1000 },
    vLogMaxOpenedFiles: { value: 10 },
    txLogMaxOpenedFiles: { value: 10 },
    commitLogMaxOpenedFiles: { value: 10 },
    indexSettings: {
      flushThreshold: { value: 100_000 },
      syncThreshold: { value: 1_000_000 },
      cacheSize: { value: 134_217_728 },
      maxNodeSize: { value: 4096 },
      maxActiveSnapshots: { value: 100 },
      renewSnapRootAfter: { value: 1000n },
      compactionThld: { value: 2 },
      delayDuringCompaction: { value: 10 },
      nodesLogMaxOpenedFiles: { value: 10 },
      historyLogMaxOpenedFiles: { value: 1 },
      commitLogMaxOpenedFiles: { value: 1 },
      flushBufferSize: { value: 4096 },
      cleanupPercentage: { value: 0 },
      maxBulkSize: { value: 1 },
      bulkPreparationTimeout: { value: 20n },
    },
    writeTxHeaderVersion: { value: 1 },
    autoload: { value: true },
    readTxPoolSize: { value: 128 },
    syncFrequency: { value: 20n },
    writeBufferSize: { value: 4_194_304 },
    ahtSettings: { syncThreshold: { value: 100_000 }, writeBufferSize: { value: 16_777_216 } },
    maxActiveTransactions: { value: 1000 },
    mvccReadSetLimit: { value: 100_000 },
    vLogCacheSize: none,
    truncationSettings: { retentionPeriod: { value: 0n }, truncationFrequency: { value: 86_400_000n } },
    embeddedValues: off,
    preallocFiles: off,
  });
}

/** The settings after a change: what is present in it counts, to zero too. */
export function changedSettings(
  settings: DatabaseNullableSettings,
  change: DatabaseNullableSettings | undefined,
): DatabaseNullableSettings {
  if ((change?.writeTxHeaderVersion?.value ?? 0) > 1) {
    const reason = "illegal arguments: illegal arguments: invalid options: invalid WriteTxHeaderVersion";
    throw plainError(`rpc error: code = InvalidArgument desc = ${reason}`, Code.InvalidArgument);
  }
  return change ? overlaid(settings, change) : settings;
}

/** The part of the settings that decides what a transaction may hold. */
export function limitsOf(settings: DatabaseNullableSettings): StoreLimits {
  const { maxKeyLen, maxValueLen, maxTxEntries, writeTxHeaderVersion } = settings;
  return {
    maxKeyLen: maxKeyLen?.value ?? 0,
    maxValueLen: maxValueLen?.value ?? 0,
    maxTxEntries: maxTxEntries?.value ?? 0,
    writeTxHeaderVersion: writeTxHeaderVersion?.value ?? 0,
  };
}

/** The settings of the deprecated rpcs as those of today; a zero stands for one that was left out. */
export function settingsOfToday(old: DatabaseSettings): DatabaseNullableSettings {
  const { fileSize, maxKeyLen, maxValueLen, maxTxEntries, excludeCommitTime } = old;
  return create(DatabaseNullableSettingsSchema, {
    ...(fileSize > 0 && { fileSize: { value: fileSize } }),
    ...(maxKeyLen > 0 && { maxKeyLen: { value: maxKeyLen } }),
    ...(maxValueLen > 0 && { maxValueLen: { value: maxValueLen } }),
    ...(maxTxEntries > 0 && { maxTxEntries: { value: maxTxEntries } }),
    excludeCommitTime: { value: excludeCommitTime },
  });
}

function overlaid<T extends Message>(settings: T, change: T): T {
  const result: Record<string, unknown> = { ...settings };
  for (const [name, value] of Object.entries(change)) {
    const before = result[name];
    // A Nullable is one setting, which is replaced; any other message is a group of them.
    const isGroup = isMessage(value) && isMessage(before) && !/\.Nullable\w+$/.test(value.$typeName);
    if (isMessage(value)) result[name] = isGroup ? overlaid(before, value) : value;
  }
  return result as T; // only fields of T were replaced
}
