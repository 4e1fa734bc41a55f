import type { ConnectRouter } from "@connectrpc/connect";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import { faultInterceptor } from "../faults/fault-interceptor.js";
import { FaultSource } from "../faults/faults.js";
import { accessInterceptor } from "./kv-access.js";
import { kvImplementation } from "./kv-implementation.js";
import { type KvServiceOptions, kvServiceSettings } from "./kv-options.js";
import { KvStore } from "./kv-store.js";
import { KvTokens } from "./kv-tokens.js";
import { KvUsers, normalized } from "./kv-users.js";
import { Transactions } from "./transactions.js";

/** A ScoriaDB in memory, without a wire. */
export interface KvService {
  readonly username: string;
  readonly password: string;
  readonly faults: FaultSource;
  /** Adds the service, with its own limits and its own meaning of `authorization`, to a router. */
  register(router: ConnectRouter): void;
}

/** Limit of the real server for a message that it receives, in bytes. */
const readMaxBytes = 4_194_304;

/** Makes an empty server. It behaves as ScoriaDB's guide promises, which is not always what ScoriaDB 0.1.1 does. */
export function createKvService(options: KvServiceOptions = {}): KvService {
  const { username, password, tokenLifetimeMs, transactionTimeoutMs } = kvServiceSettings(options);
  const store = new KvStore();
  const users = new KvUsers(store);
  users.addSync(username, password, ["admin"]);
  const tokens = new KvTokens(tokenLifetimeMs);
  const faults = new FaultSource(options.faults ?? {}, {
    rpcs: ScoriaDB.methods.map(({ name, methodKind }) => ({ name, isStream: methodKind === "server_streaming" })),
    expireTokens: () => tokens.expireAll(),
  });
  const transactions = new Transactions(store, { timeoutMs: transactionTimeoutMs, now: Date.now });
  const implementation = kvImplementation({ store, users, tokens, transactions });
  return {
    username: normalized(username),
    password,
    faults,
    register(router) {
      const interceptors = [faultInterceptor(faults), accessInterceptor(tokens)];
      router.service(ScoriaDB, implementation, { readMaxBytes, interceptors });
    },
  };
}
