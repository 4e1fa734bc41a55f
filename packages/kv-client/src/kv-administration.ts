import type { CallOptions } from "@pumice/client-core";

/** The column families of a server. For admins only: others get {@link PermissionDeniedError}. */
export interface KvFamilies {
  /** The names of all families, those that the server keeps for itself included. Repeating is safe. */
  list(options?: CallOptions): Promise<string[]>;
  /**
   * Creates a family.
   *
   * @throws {@link AlreadyExistsError} if there is one of that name.
   * @throws {@link PumiceError} `Unimplemented` on ScoriaDB 0.1.1, which has no families but its own.
   */
  create(name: string, options?: CallOptions): Promise<void>;
  /**
   * Drops a family with all its keys.
   *
   * @throws {@link NotFoundError} if there is none of that name.
   * @throws {@link PermissionDeniedError} for one that the server keeps for itself.
   */
  drop(name: string, options?: CallOptions): Promise<void>;
}

/**
 * The users of a server. For admins only: others get {@link PermissionDeniedError}. Names are trimmed and lower-cased
 * before they are sent, as the server does at login.
 */
export interface KvUsers {
  /**
   * Creates a user.
   *
   * @throws {@link AlreadyExistsError} if there is one of that name.
   * @throws TypeError if the name or the password is empty, or a role unknown; nothing was sent.
   * @example
   * await kv.users.create({ username: "bob", password, roles: ["readonly"] });
   */
  create(user: KvNewUser, options?: CallOptions): Promise<void>;
  /**
   * Sets another password. Tokens that were issued before stay valid until they expire. A client of this user must be
   * told: it would renew its token with the old password.
   *
   * @throws {@link NotFoundError} if there is no such user.
   */
  changePassword(username: string, newPassword: string, options?: CallOptions): Promise<void>;
  /** All users. ScoriaDB 0.1.1 shows each user's first record, old roles included. Repeating is safe. */
  list(options?: CallOptions): Promise<KvUser[]>;
}

/** What a user may do: read, also write, everything. */
export type KvRole = "readonly" | "readwrite" | "admin";

export interface KvNewUser {
  readonly username: string;
  readonly password: string;
  /** A user without roles can log in and do nothing. */
  readonly roles: readonly KvRole[];
}

export interface KvUser {
  readonly username: string;
  /** In the server's words: a {@link KvRole}, or what a later server knows besides. */
  readonly roles: readonly string[];
}
