import type { CallOptions } from "@pumice/client-core";
import type { DatabaseNullableSettings } from "@pumice/stubs/immudb";
import type { LedgerClient } from "./ledger-client.js";

/**
 * The databases of a server. Most calls are for its administrator: others get {@link PermissionDeniedError}. Names have 1 to
 * 128 lower-case letters, digits and underscores. Only the calls that read are repeated.
 */
export interface LedgerDatabases {
  /**
   * Makes a client for another database, as the same user, with a session of its own and the same store of what is trusted.
   * Nothing is sent. Closing this client closes that one too.
   */
  useDatabase(name: string): LedgerClient;

  /**
   * Creates a database.
   *
   * @returns False if there was one already and `ifNotExists` is true.
   * @throws {@link AlreadyExistsError} if there is one of that name. A deleted one counts until the server is restarted.
   */
  createDatabase(name: string, options?: LedgerCreateDatabaseOptions): Promise<boolean>;

  /** The databases that the user may see. */
  listDatabases(options?: CallOptions): Promise<LedgerDatabase[]>;

  /** Takes up a database that was unloaded. */
  loadDatabase(name: string, options?: CallOptions): Promise<void>;

  /** Takes a database out of use; its data stays. */
  unloadDatabase(name: string, options?: CallOptions): Promise<void>;

  /** Deletes a database that was unloaded, with all its data. */
  deleteDatabase(name: string, options?: CallOptions): Promise<void>;

  /** The settings of the client's database. */
  databaseSettings(options?: CallOptions): Promise<LedgerDatabaseSettings>;

  /** Changes the settings of a database; those that are left out stay. */
  updateDatabase(name: string, settings: LedgerDatabaseSettings, options?: CallOptions): Promise<void>;

  /** Gives up the values of a database that are older than `retentionMs`, at least 24 hours; their hashes stay. */
  truncateDatabase(name: string, retentionMs: number, options?: CallOptions): Promise<void>;

  /** Writes the index of the client's database to the disk. */
  flushIndex(options?: LedgerFlushOptions): Promise<void>;

  /** Makes the index of the client's database smaller. */
  compactIndex(options?: CallOptions): Promise<void>;

  /** How busy the client's database is. */
  databaseHealth(options?: CallOptions): Promise<LedgerDatabaseHealth>;

  /** What the server says of itself. */
  serverInfo(options?: CallOptions): Promise<LedgerServerInfo>;
}

export interface LedgerCreateDatabaseOptions extends CallOptions {
  /** Some of them cannot be changed later. @defaultValue the server's */
  readonly settings?: LedgerDatabaseSettings | undefined;
  /** Takes a database that is there already for a success. @defaultValue false */
  readonly ifNotExists?: boolean | undefined;
}

/** Settings in the server's own names and units; see immudb's documentation. */
export type LedgerDatabaseSettings = Plain<DatabaseNullableSettings>;

/** A message whose fields are wrapped each, so that absent ones are told from zeros, as an object with optional fields. */
type Plain<M> = {
  readonly [Name in keyof M as Name extends `$${string}` ? never : Name]?:
    | (NonNullable<M[Name]> extends { value: infer Value } ? Value : Plain<NonNullable<M[Name]>>)
    | undefined;
};

export interface LedgerDatabase {
  readonly name: string;
  readonly settings: LedgerDatabaseSettings;
  /** False if it was unloaded. */
  readonly loaded: boolean;
  readonly diskBytes: bigint;
  readonly transactionCount: bigint;
  readonly createdAt: Date;
  readonly createdBy: string;
}

export interface LedgerFlushOptions extends CallOptions {
  /** Percent of the index to clean up. @defaultValue 0 */
  readonly cleanupPercentage?: number | undefined;
  /** Waits for the disk. @defaultValue false */
  readonly synced?: boolean | undefined;
}

export interface LedgerDatabaseHealth {
  readonly pendingRequests: number;
  readonly lastRequestCompletedAt: Date;
}

export interface LedgerServerInfo {
  /** In the server's words; may be empty. */
  readonly version: string;
  readonly startedAt: Date;
  readonly transactionCount: bigint;
  readonly databaseCount: number;
  readonly diskBytes: bigint;
}
