import { randomBytes } from "node:crypto";
import type { ConnectRouter, Interceptor } from "@connectrpc/connect";
import { ImmuService } from "@pumice/stubs/immudb";
import { databaseMethods, userMethods } from "./admin-methods.js";
import { keyValueMethods } from "./key-value-methods.js";
import { LedgerAccess } from "./ledger-access.js";
import { LedgerDatabases } from "./ledger-databases.js";
import { LedgerSessions, noSessionFound } from "./ledger-sessions.js";
import { LedgerUsers, sysAdminName } from "./ledger-users.js";
import { type LedgerState, sessionMethods } from "./session-methods.js";
import { StateSigner } from "./state-signer.js";
import { type LedgerLie, tamper } from "./tamper.js";

export interface LedgerOptions {
  /** Of the user `immudb`. @defaultValue "immudb" */
  readonly password?: string | undefined;
  /** A private key on P-256 in PEM: with it all states are signed. */
  readonly signingKey?: string | undefined;
  /** How long a session may be idle, in milliseconds. @defaultValue 120000 */
  readonly sessionIdleMs?: number | undefined;
  /** The clock, in milliseconds since the Unix epoch: transactions, expiry and sessions go by it. @defaultValue Date.now */
  readonly nowMs?: (() => number) | undefined;
}

/** What a test can do with the ledger besides calling it. */
export interface ReferenceLedger {
  readonly username: string;
  readonly password: string;
  /** As clients get it at login. */
  readonly serverUuid: string;
  /** Ends all sessions, and the tokens of the older login, as a restart does. */
  endSessions(): void;
  /**
   * Makes the server lie about its history from now on.
   *
   * @throws ConnectError, as a call would get, if there is no such database, key or transaction.
   */
  tamper(lie: LedgerLie): void;
}

/** An immudb in memory, without a wire. */
export interface LedgerService extends ReferenceLedger {
  /** Adds the service to a router. */
  register(router: ConnectRouter): void;
}

/** Limit of the real server for a message that it receives, in bytes. */
const readMaxBytes = 33_554_432;

/** Makes an empty server. It proves what it answers, and behaves as immudb 1.11.1 does; SQL is not implemented. */
export function createLedgerService(options: LedgerOptions = {}): LedgerService {
  const { password = "immudb", signingKey, sessionIdleMs = 120_000, nowMs = Date.now } = options;
  if (password === "") throw new TypeError("ledger.password must not be empty");
  if (!(sessionIdleMs > 0)) throw new RangeError(`ledger.sessionIdleMs must be above 0, got ${sessionIdleMs}`);
  const signer = signingKey === undefined ? undefined : new StateSigner(signingKey);
  const sessions = new LedgerSessions({ idleMs: sessionIdleMs, nowMs });
  const databases = new LedgerDatabases(() => Math.floor(nowMs() / 1000));
  const users = new LedgerUsers(
    {
      hasDatabase: (name) => databases.list().some((database) => database.name === name),
      databaseCount: () => databases.list().length,
      endSessions: (user) => sessions.endOf(user),
      now: () => new Date(nowMs()),
    },
    password,
  );
  const access = new LedgerAccess(sessions, databases);
  const serverUuid = randomBytes(10).toString("hex");
  const state: LedgerState = { serverUuid, users, sessions, databases, access, nowMs };
  const implementation = {
    ...sessionMethods(state),
    ...userMethods(state),
    ...databaseMethods(state),
    ...keyValueMethods(access, signer),
  };
  return {
    username: sysAdminName,
    password,
    serverUuid,
    endSessions: () => sessions.endAll(),
    tamper: (lie) => tamper(databases, lie),
    register(router) {
      router.service(ImmuService, implementation, { readMaxBytes, interceptors: [atTheDoor(state)] });
    },
  };
}

/** What holds for every call: a session id has to be a good one, also where none is needed, and answers name the server. */
function atTheDoor({ serverUuid, sessions }: LedgerState): Interceptor {
  return (next) => async (request) => {
    const sessionId = request.header.get("sessionid");
    if (sessionId !== null && request.method !== ImmuService.method.openSession) {
      sessions.use(sessionId, request.stream ? noSessionFound : undefined);
    }
    const response = await next(request);
    response.header.set("immudb-uuid", serverUuid);
    return response;
  };
}
