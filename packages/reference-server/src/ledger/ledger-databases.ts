import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { DatabaseInfoSchema, DatabaseNullableSettings } from "@pumice/stubs/immudb";
import { changedSettings, defaultSettings, limitsOf } from "./database-settings.js";
import { detailedError, plainError } from "./ledger-error.js";
import { LedgerStore } from "./ledger-store.js";

export const defaultDatabase = "defaultdb";
/** Keeps the real server's users; nobody may write to it. */
export const systemDatabase = "systemdb";

/** A database, open or not. */
export interface LedgerDatabase {
  readonly name: string;
  readonly store: LedgerStore;
  readonly createdAtSeconds: number;
  readonly createdBy: string;
  settings: DatabaseNullableSettings;
  loaded: boolean;
}

/** All databases of a server. */
export class LedgerDatabases {
  private readonly databases = new Map<string, LedgerDatabase>();
  /** A name stays taken until the server restarts. */
  private readonly deletedNames = new Set<string>();

  constructor(private readonly nowSeconds: () => number) {
    for (const name of [defaultDatabase, systemDatabase]) this.add(name, { createdBy: systemDatabase });
  }

  /** Those that are listed: the system's own is not. */
  list(): LedgerDatabase[] {
    return [...this.databases.values()].filter(({ name }) => name !== systemDatabase);
  }

  find(name: string): LedgerDatabase | undefined {
    return this.databases.get(name);
  }

  /** A database to work in. */
  opened(name: string): LedgerDatabase {
    const database = this.existing(name);
    if (!database.loaded) throw plainError("already closed");
    return database;
  }

  wasDeleted(name: string): boolean {
    return this.deletedNames.has(name);
  }

  create(
    askedName: string,
    options: { readonly settings: DatabaseNullableSettings | undefined; readonly createdBy: string },
  ): LedgerDatabase {
    const name = askedName.toLowerCase();
    checkNotReserved(name);
    checkName(name);
    if (this.databases.has(name) || this.deletedNames.has(name)) throw plainError("database already exists");
    return this.add(name, options);
  }

  update(name: string, change: DatabaseNullableSettings | undefined): LedgerDatabase {
    const database = this.existing(name);
    database.settings = changedSettings(database.settings, change);
    return database;
  }

  load(name: string): void {
    const database = this.existing(name);
    if (database.loaded) throw detailedError("XX000", "database already loaded");
    database.loaded = true;
  }

  unload(name: string): void {
    this.opened(name).loaded = false;
  }

  delete(name: string): void {
    if (this.existing(name).loaded) throw plainError("cannot delete an open database");
    this.databases.delete(name);
    this.deletedNames.add(name);
  }

  /** Nothing here is ever old enough to be truncated. */
  truncate(name: string, retentionMs: bigint): never {
    this.existing(name);
    if (retentionMs < 86_400_000n) {
      const text = `invalid retention period for database '${name}'. RetentionPeriod should at least '24h0m0s' hours`;
      throw plainError(`rpc error: code = InvalidArgument desc = illegal arguments: ${text}`, Code.InvalidArgument);
    }
    throw plainError("retention period has not been reached");
  }

  private existing(name: string): LedgerDatabase {
    const database = this.databases.get(name);
    if (!database) throw plainError("database does not exist");
    return database;
  }

  private add(
    name: string,
    {
      settings: asked,
      createdBy,
    }: { readonly settings?: DatabaseNullableSettings | undefined; readonly createdBy: string },
  ): LedgerDatabase {
    const settings = changedSettings(defaultSettings(), asked);
    const store = new LedgerStore(limitsOf(settings), this.nowSeconds);
    const database = { name, store, createdAtSeconds: this.nowSeconds(), createdBy, settings, loaded: true };
    this.databases.set(name, database);
    return database;
  }
}

/** A database in the shape of its message. */
export function databaseInfo(database: LedgerDatabase): MessageInitShape<typeof DatabaseInfoSchema> {
  const { name, settings, loaded, store, createdAtSeconds, createdBy } = database;
  const numTransactions = store.transactions.lastId;
  return { name, settings, loaded, numTransactions, createdAt: BigInt(createdAtSeconds), createdBy };
}

/** Some databases are not to be created, changed or closed by anybody. */
export function checkNotReserved(name: string): void {
  if (name === defaultDatabase || name === systemDatabase) throw detailedError("XX000", "database is reserved");
}

function checkName(name: string): void {
  if (name.length < 1 || name.length > 128) throw plainError("database name length outside of limits");
  for (const character of name) {
    if (/^[\p{L}\p{Nd}_]$/u.test(character)) continue;
    const isMark = /^[\p{P}\p{S}]$/u.test(character);
    throw plainError(
      isMark
        ? "punctuation marks and symbols are not allowed in database name"
        : "unrecognized character in database name",
    );
  }
}
