import type { CallOptions } from "@pumice/client-core";
import type { LedgerCredentials } from "./ledger-session.js";

/**
 * The users of a server. For its administrator, and for administrators of a database within that; others get
 * {@link PermissionDeniedError}. A change of a password or of rights ends all sessions of that user; clients open a new one
 * by themselves, if they know the password. Only {@link listUsers} is repeated.
 */
export interface LedgerUsers {
  /**
   * Creates a user with rights in one database.
   *
   * @throws {@link AlreadyExistsError} if there is one of that name.
   * @throws {@link NotFoundError} if there is no such database.
   * @throws TypeError or RangeError if the name or the permission is not one that the server handles, or if the password
   * breaks the {@link PasswordRule}; nothing was sent.
   * @example
   * await ledger.createUser({ username: "alice", password, permission: "read", database: "defaultdb" });
   */
  createUser(user: LedgerNewUser, options?: PasswordRule & CallOptions): Promise<void>;

  /**
   * Sets another password, of a user that the own user has created; only `immudb` changes its own, and goes on with it, in
   * the clients that `useDatabase()` has made as well.
   *
   * @throws {@link PermissionDeniedError} if the old password is wrong, which the server looks at for the administrator
   * alone, or if the user may not do this.
   * @throws {@link NotFoundError} if there is no such user.
   */
  changePassword(change: LedgerPasswordChange, options?: PasswordRule & CallOptions): Promise<void>;

  /** The users that the own user may see: all, those of a database, or the own one. Repeating is safe. */
  listUsers(options?: CallOptions): Promise<LedgerUser[]>;

  /** Gives a user rights in a database. @throws {@link NotFoundError} if there is no such user. */
  grantPermission(grant: LedgerGrant, options?: CallOptions): Promise<void>;

  /** Takes rights from a user; that it has none is no error. */
  revokePermission(grant: LedgerGrant, options?: CallOptions): Promise<void>;

  /** Lets a user do some kinds of SQL statements in a database. */
  grantSqlPrivileges(grant: LedgerSqlGrant, options?: CallOptions): Promise<void>;

  /** Takes that back. */
  revokeSqlPrivileges(grant: LedgerSqlGrant, options?: CallOptions): Promise<void>;

  /** Lets a user log in, or not. */
  setUserActive(username: string, active: boolean, options?: CallOptions): Promise<void>;
}

/**
 * What a user may do in a database: nothing, read, also write, also administrate; `sysAdmin` everything everywhere, which
 * only the user `immudb` can.
 */
export type LedgerPermission = "none" | "read" | "readWrite" | "admin" | "sysAdmin";

/** A permission that can be given. */
export type LedgerGrantable = Exclude<LedgerPermission, "none" | "sysAdmin">;

export type LedgerSqlPrivilege = "SELECT" | "CREATE" | "INSERT" | "UPDATE" | "DELETE" | "DROP" | "ALTER";

export interface LedgerNewUser extends LedgerCredentials {
  readonly permission: LedgerGrantable;
  /** @defaultValue the client's database */
  readonly database?: string | undefined;
}

export interface LedgerPasswordChange {
  readonly user: string;
  /** @defaultValue none; the server asks the administrator alone for it, about the own password */
  readonly oldPassword?: string | undefined;
  readonly newPassword: string;
}

/** Passwords are 8 to 32 characters with an upper-case letter, a digit and a symbol; the server itself takes any. */
export interface PasswordRule {
  /** True sends a password whatever it is. @defaultValue false */
  readonly anyPassword?: boolean | undefined;
}

export interface LedgerGrant {
  readonly username: string;
  readonly permission: LedgerGrantable;
  /** @defaultValue the client's database */
  readonly database?: string | undefined;
}

export interface LedgerSqlGrant {
  readonly username: string;
  readonly privileges: readonly LedgerSqlPrivilege[];
  /** @defaultValue the client's database */
  readonly database?: string | undefined;
}

export interface LedgerUser {
  readonly username: string;
  readonly permissions: readonly { readonly database: string; readonly permission: LedgerPermission }[];
  readonly sqlPrivileges: readonly { readonly database: string; readonly privilege: string }[];
  readonly createdBy: string;
  /** In the server's words. */
  readonly createdAt: string;
  /** False if the user cannot log in. */
  readonly active: boolean;
}
