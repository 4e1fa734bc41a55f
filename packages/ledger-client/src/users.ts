import { checkText, toBytes } from "@pumice/client-core";
import { ImmuService, PermissionAction, type User } from "@pumice/stubs/immudb";
import type {
  LedgerGrant,
  LedgerGrantable,
  LedgerPermission,
  LedgerSqlGrant,
  LedgerUser,
  LedgerUsers,
  PasswordRule,
} from "./ledger-users.js";
import type { LedgerRpcs } from "./rpcs.js";
import type { SessionKeeper } from "./session.js";

const { method } = ImmuService;

/**
 * The users of a server.
 *
 * @param passwordChanged - Hears of each change, which may be of the own user.
 * @param database - Where rights are given unless another one is named.
 */
export function ledgerUsers(
  { stub, calls }: LedgerRpcs,
  passwordChanged: SessionKeeper["passwordChanged"],
  database: string,
): LedgerUsers {
  const permissionChange =
    (action: PermissionAction): LedgerUsers["grantPermission"] =>
    async (grant, options = {}) => {
      const request = { action, ...permissionFields(grant, database) };
      await calls.unary(method.changePermission, options, (call) => stub.changePermission(request, call));
    };
  const sqlChange =
    (action: PermissionAction): LedgerUsers["grantSqlPrivileges"] =>
    async (grant, options = {}) => {
      const request = { action, ...sqlFields(grant, database) };
      await calls.unary(method.changeSQLPrivileges, options, (call) => stub.changeSQLPrivileges(request, call));
    };
  return {
    async createUser({ username, password, permission, database: place = database }, { anyPassword, ...options } = {}) {
      const request = {
        user: toBytes(checkUsername(username), "username"),
        password: checkedPassword(password, "create the user", { anyPassword }),
        permission: permissionNumber(permission),
        database: checkText(place, "database"),
      };
      await calls.unary(method.createUser, options, (call) => stub.createUser(request, call));
    },
    async changePassword({ user, oldPassword = "", newPassword }, { anyPassword, ...options } = {}) {
      const request = {
        user: toBytes(checkUsername(user), "user"),
        oldPassword: toBytes(oldPassword, "oldPassword"),
        newPassword: checkedPassword(newPassword, "change the password", { anyPassword }),
      };
      await calls.unary(method.changePassword, options, (call) => stub.changePassword(request, call));
      await passwordChanged(user, newPassword);
    },
    async listUsers(options = {}) {
      const { users } = await calls.unary(method.listUsers, options, (call) => stub.listUsers({}, call));
      return users.map(ledgerUser);
    },
    grantPermission: permissionChange(PermissionAction.GRANT),
    revokePermission: permissionChange(PermissionAction.REVOKE),
    grantSqlPrivileges: sqlChange(PermissionAction.GRANT),
    revokeSqlPrivileges: sqlChange(PermissionAction.REVOKE),
    async setUserActive(username, active, options = {}) {
      const request = { username: checkUsername(username), active };
      await calls.unary(method.setActiveUser, options, (call) => stub.setActiveUser(request, call));
    },
  };
}

function permissionFields({ username, permission, database }: LedgerGrant, ownDatabase: string) {
  return {
    username: checkUsername(username),
    permission: permissionNumber(permission),
    database: checkText(database ?? ownDatabase, "database"),
  };
}

function sqlFields({ username, privileges, database }: LedgerSqlGrant, ownDatabase: string) {
  return {
    username: checkUsername(username),
    privileges: privileges.map((privilege) => checkText(privilege, "privilege")),
    database: checkText(database ?? ownDatabase, "database"),
  };
}

function ledgerUser({ user, permissions, sqlPrivileges, createdby, createdat, active }: User): LedgerUser {
  return {
    username: new TextDecoder().decode(user),
    permissions: permissions.map(({ database, permission }) => ({ database, permission: permissionWord(permission) })),
    sqlPrivileges: sqlPrivileges.map(({ database, privilege }) => ({ database, privilege })),
    createdBy: createdby,
    createdAt: createdat,
    active,
  };
}

/** The server takes others too, but nobody can be given rights by such a name. */
function checkUsername(username: string): string {
  if (/^[A-Za-z0-9_]{1,63}$/.test(checkText(username, "username"))) return username;
  throw new TypeError("Cannot name a user: the name must be 1 to 63 letters, digits and underscores");
}

function checkedPassword(password: string, action: string, { anyPassword = false }: PasswordRule): Uint8Array {
  const bytes = toBytes(checkText(password, "password"), "password");
  // Longer ones the server answers with the text of its hash function.
  if (bytes.length === 0 || bytes.length > 72) {
    throw new TypeError(`Cannot ${action}: the password must have 1 to 72 bytes`);
  }
  if (anyPassword || /^(?=.*[A-Z])(?=.*[0-9])(?=.*[^A-Za-z0-9]).{8,32}$/su.test(password)) return bytes;
  throw new TypeError(
    `Cannot ${action}: the password must have 8 to 32 characters with an upper-case letter, a digit and a symbol; anyPassword: true sends any`,
  );
}

const permissionNumbers: Readonly<Record<LedgerPermission, number>> = {
  none: 0,
  read: 1,
  readWrite: 2,
  admin: 254,
  sysAdmin: 255,
};

const grantable: readonly LedgerGrantable[] = ["read", "readWrite", "admin"];

function permissionNumber(permission: LedgerGrantable): number {
  if (grantable.includes(permission)) return permissionNumbers[permission];
  const known = grantable.map((word) => JSON.stringify(word)).join(", ");
  throw new TypeError(`Cannot give the permission: it must be one of ${known}, got ${JSON.stringify(permission)}`);
}

/** A number that has no word, which the server takes by mistake, gives no right that we know of. */
function permissionWord(number: number): LedgerPermission {
  const words: readonly LedgerPermission[] = ["none", ...grantable, "sysAdmin"];
  return words.find((word) => permissionNumbers[word] === number) ?? "none";
}
