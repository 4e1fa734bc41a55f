import { Code, createClient, type Transport } from "@connectrpc/connect";
import {
  type CallObserver,
  type CallOptions,
  type ClientCalls,
  checkCallOptions,
  checkText,
  loginWith,
  PumiceError,
  type Token,
  type TokenSource,
  toBytes,
  tokenSource,
  UnauthenticatedError,
} from "@pumice/client-core";
import { ImmuService } from "@pumice/stubs/immudb";
import { keepAlive } from "./keep-alive.js";
import type { LedgerCredentials, LedgerSession } from "./ledger-session.js";
import type { StateStore } from "./state-store.js";
import { checkServerUuid } from "./trusted-state.js";

const { openSession } = ImmuService.method;
const rpc = `${ImmuService.typeName}/${openSession.name}`;

/** Where the credentials of each login come from. */
export type CredentialsSource = () => LedgerCredentials | Promise<LedgerCredentials>;

/** What a session is opened for. */
export interface SessionPlace {
  /** Absent for a client that was made without a user. */
  readonly credentials: CredentialsSource | undefined;
  readonly database: string;
  /** Under which the store keeps the server that answers; absent behind a transport of the caller's own. */
  readonly address: string | undefined;
  /** Shared with the clients of other databases. */
  readonly server: MetServer;
  readonly store: StateStore;
  readonly keepAliveMs: number;
  readonly observe: CallObserver | undefined;
}

/** The server behind a transport. */
export interface MetServer {
  /** Known as soon as somebody has logged in. */
  uuid?: string;
}

/** The session of a client. */
export interface SessionKeeper {
  /** For the interceptors: a session when one is first needed, another when the server has forgotten it. */
  readonly tokens: TokenSource;
  readonly credentials: CredentialsSource | undefined;
  /** Makes sure that there is a session which the server knows. */
  session(options: CallOptions): Promise<LedgerSession>;
  /** What is known of the server and the database; opens a session if there was none yet. */
  current(options: CallOptions): Promise<LedgerSession>;
  login(credentials: LedgerCredentials | undefined, options: CallOptions): Promise<LedgerSession>;
  logout(options: CallOptions): Promise<void>;
  /** The session's own user has another password from now on. */
  passwordChanged(username: string, password: string): Promise<void>;
  /** Ends the session and what keeps it alive. */
  close(): Promise<void>;
}

/** What a session is opened with. */
export interface SessionWire {
  readonly calls: ClientCalls;
  /** Without the interceptors that need the session. */
  readonly transport: Transport;
  /** Makes a call in the session that does nothing else. */
  touch(options: CallOptions): Promise<unknown>;
}

/** Keeps a session open. */
export function sessionKeeper({ calls, transport, touch }: SessionWire, place: SessionPlace): SessionKeeper {
  const { database, address, server, store, observe } = place;
  const stub = createClient(ImmuService, transport);
  const heartbeat = keepAlive(() => touch({ timeoutMs: 10_000, retry: "never" }), place.keepAliveMs);
  let current = place.credentials;
  let wanted = 0; // counts the logins and logouts, so that a session that comes too late is known

  const end = async (sessionid: string, options: CallOptions = {}): Promise<void> => {
    const { timeoutMs = closeTimeoutMs, signal } = options;
    const headers = new Headers(options.headers);
    headers.set("sessionid", sessionid);
    const call = {
      headers,
      ...(signal && { signal }),
      timeoutMs: timeoutMs === Number.POSITIVE_INFINITY ? 0 : timeoutMs,
    };
    // A server that cannot be told ends the session by itself.
    await stub.closeSession({}, call).catch(() => undefined);
  };

  const identify = async (uuid: string): Promise<void> => {
    const known = server.uuid ?? (address === undefined ? undefined : await store.getServer(address));
    checkServerUuid(known, uuid, rpc);
    if (known === undefined && address !== undefined) await store.setServer(address, uuid);
    server.uuid = uuid;
  };

  const open = async (credentials: LedgerCredentials): Promise<Token> => {
    const { username, password } = checkedCredentials("log in", credentials);
    const request = {
      username: toBytes(username, "username"),
      password: toBytes(password, "password"),
      databaseName: database,
    };
    const asked = wanted;
    const opened = await calls
      .nested(openSession, {}, (call) => stub.openSession(request, call))
      .catch((error: unknown) => {
        throw error instanceof PumiceError && error.code === Code.Unimplemented ? notImmudb(error) : error;
      });
    try {
      await identify(opened.serverUUID);
    } catch (error) {
      await end(opened.sessionID);
      throw error;
    }
    if (asked === wanted) heartbeat.start();
    else void end(opened.sessionID);
    return { value: opened.sessionID };
  };

  const tokens = tokenSource(
    loginWith(rpc, () => (current ? current() : nobody()), open),
    { onRenewal: (event) => observe?.onRenewal?.(event) },
  );

  const forget = async (options?: CallOptions): Promise<void> => {
    const open = tokens.current;
    wanted += 1;
    tokens.forget();
    heartbeat.stop();
    if (open) await end(open.value, options);
  };

  const session = async (options: CallOptions): Promise<LedgerSession> => {
    await touch(options);
    return { serverUuid: server.uuid ?? "", database };
  };

  return {
    tokens,
    get credentials() {
      return current;
    },
    session,
    async current(options) {
      return server.uuid === undefined ? session(options) : { serverUuid: server.uuid, database };
    },
    async login(credentials, options) {
      const before = current;
      const given = credentials && checkedCredentials("log in", credentials);
      const own = given ? () => given : (current ?? place.credentials);
      current = own;
      await forget();
      try {
        return await session(options);
      } catch (error) {
        // A logout, or another login, that came meanwhile has the last word.
        if (current === own) {
          current = before;
          await forget();
        }
        throw error;
      }
    },
    async logout(options) {
      checkCallOptions(options);
      current = undefined;
      await forget(options);
    },
    async passwordChanged(username, password) {
      const source = current;
      const old = source && (await ifGiven(source));
      if (!source || old?.username !== username || current !== source) return;
      current = async () => {
        const now = await source();
        // A source that has learned of the change, or of a later one, is believed.
        return now.username === username && now.password === old.password ? { username, password } : now;
      };
    },
    close: () => forget(),
  };
}

/**
 * What is sent at a login.
 *
 * @param action - What they are for, for the error.
 * @throws TypeError if name or password is no text, or empty.
 */
export function checkedCredentials(action: string, { username, password }: LedgerCredentials): LedgerCredentials {
  for (const [name, value] of Object.entries({ username, password })) {
    if (checkText(value, name) === "") throw new TypeError(`Cannot ${action}: ${name} must not be empty`);
  }
  return { username, password };
}

/** Whoever cannot say now who logs in is asked again at the next login. */
async function ifGiven(source: CredentialsSource): Promise<LedgerCredentials | undefined> {
  try {
    return await source();
  } catch {
    return undefined;
  }
}

const closeTimeoutMs = 2000;

function nobody(): never {
  const message = "Cannot call: nobody is logged in; give connectLedger() a user, or call login()";
  throw new UnauthenticatedError(message, Code.Unauthenticated, { rpc, attempts: 0 });
}

function notImmudb({ attempts, cause }: PumiceError): PumiceError {
  const message = `Cannot log in: this server does not speak ${ImmuService.typeName}`;
  return new PumiceError(message, Code.Unimplemented, { rpc, attempts, cause });
}
