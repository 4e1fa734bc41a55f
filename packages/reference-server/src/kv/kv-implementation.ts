import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { type ScoriaDB, type TxnOp, TxnOp_OpType } from "@pumice/stubs/scoriadb";
import { callerRoles } from "./kv-access.js";
import { KvFamilies } from "./kv-families.js";
import { isKvRole } from "./kv-roles.js";
import type { KeyWrite, KvStore } from "./kv-store.js";
import type { KvTokens } from "./kv-tokens.js";
import type { KvUsers } from "./kv-users.js";
import type { Transactions } from "./transactions.js";

/** What the service speaks for. */
export interface KvState {
  readonly store: KvStore;
  readonly users: KvUsers;
  readonly tokens: KvTokens;
  readonly transactions: Transactions;
}

/**
 * Every rpc of ScoriaDB. Codes and texts are those of the real server where it does what its guide promises; a text of
 * our own says what 0.1.1 does not check, or answers with a wrong code.
 */
export function kvImplementation({ store, users, tokens, transactions }: KvState): ServiceImpl<typeof ScoriaDB> {
  const families = new KvFamilies(store);
  const family = (cfName: string, { values }: HandlerContext) => families.named(cfName, values.get(callerRoles));

  return {
    get({ key, cfName, snapshotTs }, context) {
      const value = store.get(family(cfName, context), key, readable(store, snapshotTs));
      return value ? { found: true, value } : { found: false };
    },
    put({ key, value, cfName }, context) {
      return { commitTs: store.commit([{ family: family(cfName, context), key, value }]) };
    },
    delete({ key, cfName }, context) {
      return { commitTs: store.commit([{ family: family(cfName, context), key, value: undefined }]) };
    },
    async *scan({ prefix, cfName }, context) {
      const entries = store.scan(family(cfName, context), prefix);
      // Connect does not end the iteration over HTTP/1.1 when a client has gone, and the scan would hold its snapshot.
      context.signal.addEventListener("abort", () => entries.return(undefined), { once: true });
      yield* entries;
      context.signal.throwIfAborted(); // cut short, it must not look complete
    },

    beginTxn() {
      const { id, startTimestamp } = transactions.begin();
      return { txnId: id, startTs: startTimestamp };
    },
    commitTxn({ txnId, ops }, context) {
      if (!transactions.isOpen(txnId)) throw transactionNotFound(txnId);
      // All checks come first: a commit that is refused by them leaves its transaction open, and nothing written.
      const writes = ops.map((op): KeyWrite => ({ family: family(op.cfName, context), ...keyAndValue(op) }));
      if (!transactions.commit(txnId, writes)) throw new ConnectError("transaction conflict", Code.Aborted);
      return {};
    },
    rollbackTxn({ txnId }) {
      if (!transactions.rollback(txnId)) throw transactionNotFound(txnId);
      return {};
    },

    listCF() {
      return { cfNames: families.list() };
    },
    createCF({ name }) {
      families.create(name);
      return {};
    },
    deleteCF({ name }) {
      families.drop(name);
      return {};
    },

    async authenticate({ username, password }) {
      const user = await users.login(username, password);
      if (!user) throw new ConnectError("invalid username or password", Code.Unauthenticated);
      return { jwtToken: await tokens.issue(user) };
    },
    async createUser({ username, password, roles }) {
      checkPassword(password);
      for (const role of roles) {
        if (!isKvRole(role)) throw new ConnectError(`invalid role: ${role}`, Code.InvalidArgument);
      }
      if (!(await users.add(username, password, roles))) {
        throw new ConnectError("user already exists", Code.AlreadyExists);
      }
      return {};
    },
    async changePassword({ username, newPassword }) {
      checkPassword(newPassword);
      if (!(await users.changePassword(username, newPassword))) {
        throw new ConnectError("user not found", Code.NotFound);
      }
      return {};
    },
    listUsers() {
      return { users: users.list().map(({ name, roles }) => ({ username: name, roles: [...roles] })) };
    },
  };
}

/** The snapshot to read at; undefined for the latest state, which 0 means on the wire. */
function readable(store: KvStore, snapshotTs: bigint): bigint | undefined {
  if (snapshotTs === 0n) return undefined;
  if (snapshotTs < 0n) {
    throw new ConnectError(`snapshot_ts must not be negative, got ${snapshotTs}`, Code.InvalidArgument);
  }
  if (!store.keeps(snapshotTs)) {
    throw new ConnectError(`snapshot ${snapshotTs} is no longer kept: no transaction holds it`, Code.OutOfRange);
  }
  return snapshotTs;
}

function keyAndValue({ op, key, value }: TxnOp): Pick<KeyWrite, "key" | "value"> {
  switch (op) {
    case TxnOp_OpType.PUT:
      return { key, value };
    case TxnOp_OpType.DELETE:
      return { key, value: undefined };
    default:
      throw new ConnectError(`unknown operation ${op}, it must be PUT (0) or DELETE (1)`, Code.InvalidArgument);
  }
}

function checkPassword(password: string): void {
  if (password === "") throw new ConnectError("password cannot be empty", Code.InvalidArgument);
}

function transactionNotFound(id: string): ConnectError {
  return new ConnectError(`transaction ${id} not found`, Code.NotFound);
}
