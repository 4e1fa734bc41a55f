import { bytesOf } from "./byte-string.js";
import type { KvStore } from "./kv-store.js";
import { hashPassword, hashPasswordSync, matchesPassword } from "./password-hash.js";

/** The family that holds the users' records. */
export const usersFamily = "__auth__";

export interface KvUser {
  /** Trimmed and in lower case. */
  readonly name: string;
  readonly roles: readonly string[];
}

/**
 * The users of a store, kept in a family of it: key `user:<name>`, value JSON. Names are the same with blanks around
 * them and in capitals.
 */
export class KvUsers {
  constructor(private readonly store: KvStore) {
    store.createFamily(usersFamily);
  }

  /** Adds a user that nobody has to wait for. */
  addSync(name: string, password: string, roles: readonly string[]): void {
    this.write({ username: normalized(name), password_hash: hashPasswordSync(password), roles });
  }

  /** @returns False if there is a user of this name. */
  async add(name: string, password: string, roles: readonly string[]): Promise<boolean> {
    const passwordHash = await hashPassword(password);
    const username = normalized(name);
    if (this.find(username)) return false;
    this.write({ username, password_hash: passwordHash, roles });
    return true;
  }

  /** @returns False if there is no such user. */
  async changePassword(name: string, password: string): Promise<boolean> {
    const passwordHash = await hashPassword(password);
    const record = this.find(normalized(name));
    if (record) this.write({ ...record, password_hash: passwordHash });
    return record !== undefined;
  }

  /** @returns The user, or undefined if name or password is wrong. */
  async login(name: string, password: string): Promise<KvUser | undefined> {
    const record = this.find(normalized(name));
    if (!record || !(await matchesPassword(password, record.password_hash))) return undefined;
    return { name: record.username, roles: record.roles };
  }

  /** By name. */
  list(): KvUser[] {
    return [...this.store.scan(usersFamily, userKey(""))].flatMap(({ value }) => {
      const record = parsed(value);
      return record ? [{ name: record.username, roles: record.roles }] : [];
    });
  }

  private find(username: string): UserRecord | undefined {
    const value = this.store.get(usersFamily, userKey(username));
    return value && parsed(value);
  }

  private write(record: UserRecord): void {
    const value = new Uint8Array(Buffer.from(JSON.stringify(record)));
    this.store.commit([{ family: usersFamily, key: userKey(record.username), value }]);
  }
}

/** As the real server does at CreateUser and Authenticate. */
export function normalized(name: string): string {
  return name.trim().toLowerCase();
}

interface UserRecord {
  readonly username: string;
  readonly password_hash: string;
  readonly roles: readonly string[];
}

function userKey(username: string): Uint8Array {
  return bytesOf(Buffer.from(`user:${username}`).toString("latin1"));
}

/** Undefined for what is no record: an admin may write into the family too. */
function parsed(value: Uint8Array): UserRecord | undefined {
  try {
    const { username, password_hash, roles } = JSON.parse(Buffer.from(value).toString()) as Partial<UserRecord>;
    const isRecord = typeof username === "string" && typeof password_hash === "string" && Array.isArray(roles);
    return isRecord ? { username, password_hash, roles } : undefined;
  } catch {
    return undefined;
  }
}
