import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import {
  type ChangePasswordRequest,
  type ChangePermissionRequest,
  type ChangeSQLPrivilegesRequest,
  type CreateUserRequest,
  PermissionAction,
  type SetActiveUserRequest,
  type UserSchema,
} from "@pumice/stubs/immudb";
import { detailedError, plainError } from "./ledger-error.js";

/** What a user may do in a database; the numbers are the protocol's. */
export const permission = { read: 1, readWrite: 2, admin: 254, sysAdmin: 255 } as const;

/** The only system admin. */
export const sysAdminName = "immudb";

/** Somebody who may log in. */
export class LedgerUser {
  active: boolean = true;
  /** By database; the system admin has all by `*`. */
  readonly permissions: Map<string, number> = new Map();
  readonly sqlPrivileges: Map<string, ReadonlySet<string>> = new Map();

  constructor(
    readonly name: string,
    public password: string,
    public createdBy: string,
    private readonly createdAt: Date,
  ) {}

  get isSysAdmin(): boolean {
    return this.permissionOn("*") === permission.sysAdmin;
  }

  permissionOn(database: string): number {
    return this.permissions.get("*") ?? this.permissions.get(database) ?? 0;
  }

  mayAdminister(database: string): boolean {
    return this.permissionOn(database) >= permission.admin && this.permissionOn(database) <= permission.sysAdmin;
  }

  get isAdminAnywhere(): boolean {
    return [...this.permissions.keys()].some((database) => this.mayAdminister(database));
  }

  grant(database: string, level: number): void {
    this.permissions.set(database, level);
    this.sqlPrivileges.set(database, new Set(level === permission.read ? ["SELECT"] : allSqlPrivileges));
  }

  /** In the shape of the message. */
  view(): MessageInitShape<typeof UserSchema> {
    return {
      user: Buffer.from(this.name),
      permissions: [...this.permissions].map(([database, level]) => ({ database, permission: level })),
      createdby: this.createdBy,
      createdat: `${this.createdAt.toISOString().replace("T", " ").replace("Z", "")} +0000 UTC`,
      active: this.active,
      sqlPrivileges: [...this.sqlPrivileges].flatMap(([database, privileges]) => {
        return [...privileges].map((privilege) => ({ database, privilege }));
      }),
    };
  }
}

/** What the user list asks its surroundings. */
export interface UsersContext {
  hasDatabase(name: string): boolean;
  databaseCount(): number;
  /** Ends all sessions of a user who was changed. */
  endSessions(user: LedgerUser): void;
  now(): Date;
}

/** All users, and who may change whom. The real server asks nothing of a password but its length. */
export class LedgerUsers {
  private readonly users = new Map<string, LedgerUser>();

  constructor(
    private readonly context: UsersContext,
    sysAdminPassword: string,
  ) {
    const sysAdmin = new LedgerUser(sysAdminName, sysAdminPassword, "", context.now());
    sysAdmin.grant("*", permission.sysAdmin);
    this.users.set(sysAdminName, sysAdmin);
  }

  /** @throws ConnectError if name or password is wrong, or the user is locked out. */
  login(name: string, password: string): LedgerUser {
    const user = this.users.get(name);
    if (!user) throw detailedError("08004", wrongCredentials, "tbtree: key not found");
    if (user.password !== password) throw detailedError("08004", wrongCredentials, wrongPassword);
    if (!user.active) throw detailedError("08004", "user is not active");
    return user;
  }

  /** The users that one may see. */
  visibleTo(caller: LedgerUser, database: string | undefined): LedgerUser[] {
    const all = [...this.users.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    if (caller.isSysAdmin) return all;
    const isAdmin = database !== undefined && caller.mayAdminister(database);
    return isAdmin ? all.filter(({ permissions }) => permissions.has(database)) : [caller];
  }

  create(caller: LedgerUser, request: CreateUserRequest): void {
    const name = Buffer.from(request.user).toString();
    const password = Buffer.from(request.password).toString();
    if (name === "") throw plainError("username can not be empty");
    if (!/^\w{1,63}$/.test(name)) {
      throw plainError("username can only contain letters, digits and underscores", Code.InvalidArgument);
    }
    checkPassword(request.password);
    const { permission: level } = request;
    const database = request.database || this.onlyDatabase();
    if (level === permission.sysAdmin) throw plainError("can not create another system admin");
    if (!creatable.includes(level)) throw plainError("unrecognized permission");
    if (!this.context.hasDatabase(database)) throw plainError(`database ${database} does not exist`);
    if (!caller.mayAdminister(database)) throw plainError(notYourDatabase);
    if (this.users.has(name)) throw plainError("user already exists");
    const user = new LedgerUser(name, password, caller.name, this.context.now());
    user.grant(database, level);
    this.users.set(name, user);
  }

  changePassword(caller: LedgerUser, request: ChangePasswordRequest): void {
    const name = Buffer.from(request.user).toString();
    if (!caller.isAdminAnywhere) throw plainError(notAdmin);
    if (name === "") throw plainError("username can not be empty");
    checkPassword(request.newPassword);
    const user = this.users.get(name);
    if (user?.isSysAdmin && user.password !== Buffer.from(request.oldPassword).toString()) {
      throw plainError("old password is incorrect", Code.PermissionDenied);
    }
    if (!user || !mayChange(caller, user)) throw plainError(`user ${name} was not found or it was not created by you`);
    user.password = Buffer.from(request.newPassword).toString();
    this.context.endSessions(user);
  }

  changePermission(caller: LedgerUser, request: ChangePermissionRequest): void {
    const { action, username, database, permission: level } = request;
    const user = this.checkChange(caller, request);
    if (!(creatable.includes(level) || level === permission.sysAdmin)) {
      throw plainError("unrecognized permission", Code.InvalidArgument);
    }
    if (!caller.mayAdminister(database)) throw plainError(notYourDatabase, Code.PermissionDenied);
    if (!user) throw plainError(`user ${username} not found`, Code.NotFound);
    if (action === PermissionAction.GRANT) user.grant(database, level);
    else {
      user.permissions.delete(database);
      user.sqlPrivileges.delete(database);
    }
    user.createdBy = caller.name; // as the real server does
    this.context.endSessions(user);
  }

  changeSqlPrivileges(caller: LedgerUser, request: ChangeSQLPrivilegesRequest): void {
    const { action, username, database, privileges } = request;
    const user = this.checkChange(caller, request);
    if (!user) throw plainError(`user ${username} not found`, Code.NotFound);
    if (privileges.some((privilege) => !allSqlPrivileges.includes(privilege))) {
      throw plainError("SQL privilege not recognized", Code.InvalidArgument);
    }
    if (!caller.mayAdminister(database)) throw plainError(notYourDatabase, Code.PermissionDenied);
    const before = user.sqlPrivileges.get(database) ?? new Set<string>();
    const after =
      action === PermissionAction.GRANT
        ? [...before, ...privileges]
        : [...before].filter((privilege) => !privileges.includes(privilege));
    user.sqlPrivileges.set(database, new Set(after));
    this.context.endSessions(user);
  }

  setActive(caller: LedgerUser, { username, active }: SetActiveUserRequest): void {
    if (!caller.isAdminAnywhere) throw plainError(notAdmin);
    if (username === "") throw plainError("username can not be empty");
    if (username === caller.name) throw plainError("changing your own status is not allowed");
    const user = this.users.get(username);
    if (!user) throw plainError(`user ${username} not found`);
    if (!mayChange(caller, user)) throw plainError(`${username} was not created by you`);
    user.active = active;
    this.context.endSessions(user);
  }

  /** What changes of permissions and of privileges are checked for alike. */
  private checkChange(
    caller: LedgerUser,
    { action, username, database }: ChangePermissionRequest | ChangeSQLPrivilegesRequest,
  ): LedgerUser | undefined {
    if (username === "") throw plainError("username can not be empty", Code.InvalidArgument);
    if (database === "") throw plainError("database can not be empty", Code.InvalidArgument);
    if (PermissionAction[action] === undefined) throw plainError("action not recognized", Code.InvalidArgument);
    if (!this.context.hasDatabase(database)) throw plainError("database does not exist", Code.InvalidArgument);
    if (username === caller.name || username === sysAdminName) {
      throw plainError("changing your own permissions is not allowed", Code.InvalidArgument);
    }
    return this.users.get(username);
  }

  private onlyDatabase(): string {
    if (this.context.databaseCount() > 1) {
      throw plainError("database name can not be empty when there are multiple databases");
    }
    return "defaultdb";
  }
}

function mayChange(caller: LedgerUser, user: LedgerUser): boolean {
  return caller.isSysAdmin || user.createdBy === caller.name;
}

function checkPassword(password: Uint8Array): void {
  if (password.length === 0) throw plainError("password is empty");
  if (password.length > 72) throw plainError("error hashing password: bcrypt: password length exceeds 72 bytes");
}

/** 256 means nothing; the real server takes it nevertheless. */
const creatable: readonly number[] = [permission.read, permission.readWrite, permission.admin, 256];
const allSqlPrivileges = ["SELECT", "CREATE", "INSERT", "UPDATE", "DELETE", "DROP", "ALTER"];
const wrongCredentials = "invalid user name or password";
const wrongPassword = "crypto/bcrypt: hashedPassword is not the hash of the given password";
const notAdmin = "user is not system admin nor admin in any of the databases";
const notYourDatabase = "you do not have permission on this database";
