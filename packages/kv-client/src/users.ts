import { checkText } from "@pumice/client-core";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import type { KvNewUser, KvRole, KvUsers } from "./kv-administration.js";
import type { KvRpcs } from "./rpcs.js";
import { userName } from "./user-name.js";

const { createUser, changePassword, listUsers } = ScoriaDB.method;

const knownRoles: readonly KvRole[] = ["readonly", "readwrite", "admin"];

/** The users of a server. */
export function kvUsers({ stub, calls }: KvRpcs): KvUsers {
  return {
    async create({ username, password, roles }: KvNewUser, options = {}) {
      const request = {
        username: userName(username, "create the user"),
        password: newPassword(password, "create the user"),
        roles: checkRoles(roles),
      };
      await calls.unary(createUser, options, (call) => stub.createUser(request, call));
    },
    async changePassword(username, password, options = {}) {
      const action = "change the password";
      const request = { username: userName(username, action), newPassword: newPassword(password, action) };
      await calls.unary(changePassword, options, (call) => stub.changePassword(request, call));
    },
    async list(options = {}) {
      const { users } = await calls.unary(listUsers, options, (call) => stub.listUsers({}, call));
      return users.map(({ username, roles }) => ({ username, roles }));
    },
  };
}

function newPassword(password: string, action: string): string {
  if (password === "") throw new TypeError(`Cannot ${action}: the password must not be empty`);
  return checkText(password, "password");
}

function checkRoles(roles: readonly KvRole[]): KvRole[] {
  if (!Array.isArray(roles)) throw new TypeError(`Cannot create the user: roles must be an array, got ${typeof roles}`);
  for (const role of roles) {
    if (knownRoles.includes(role)) continue;
    const known = knownRoles.join(", ");
    throw new TypeError(`Cannot create the user: each role must be one of ${known}, got ${JSON.stringify(role)}`);
  }
  return [...roles];
}
