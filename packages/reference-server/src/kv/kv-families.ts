import { Code, ConnectError } from "@connectrpc/connect";
import { insufficientPrivileges } from "./kv-access.js";
import { defaultFamily, type KvStore } from "./kv-store.js";
import { usersFamily } from "./kv-users.js";

/** Families that the server keeps for itself: admins may look inside, nobody may create or drop them. */
const reservedFamilies: readonly string[] = [usersFamily, "__meta__"];

/** The rules about column families: which exist, who gets at them, which can be created and dropped. */
export class KvFamilies {
  constructor(private readonly store: KvStore) {}

  /**
   * The family that a request names: empty means the default one.
   *
   * @throws ConnectError if it does not exist, or if it is the server's own and the caller is no admin.
   */
  named(cfName: string, roles: readonly string[]): string {
    if (reservedFamilies.includes(cfName) && !roles.includes("admin")) throw insufficientPrivileges();
    return this.existing(cfName || defaultFamily);
  }

  list(): string[] {
    return this.store.familyNames();
  }

  create(name: string): void {
    if (name === "") throw new ConnectError("column family name cannot be empty", Code.InvalidArgument);
    if (reservedFamilies.includes(name)) {
      throw new ConnectError(`cannot create system CF: ${name}`, Code.PermissionDenied);
    }
    if (this.store.hasFamily(name)) {
      throw new ConnectError(`column family "${name}" already exists`, Code.AlreadyExists);
    }
    this.store.createFamily(name);
  }

  /** Also drops the default one, as the real server does; here it can be created again. */
  drop(name: string): void {
    if (reservedFamilies.includes(name)) {
      throw new ConnectError(`cannot delete system CF: ${name}`, Code.PermissionDenied);
    }
    this.store.dropFamily(this.existing(name));
  }

  private existing(name: string): string {
    if (!this.store.hasFamily(name)) throw new ConnectError(`column family "${name}" not found`, Code.NotFound);
    return name;
  }
}
