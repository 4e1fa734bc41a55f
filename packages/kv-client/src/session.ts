import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  type CallObserver,
  type CallOptions,
  type ClientCalls,
  checkText,
  defaultTimeoutMs,
  loginWith,
  PumiceError,
  type Token,
  type TokenSource,
  tokenSource,
  UnauthenticatedError,
} from "@pumice/client-core";
import { ScoriaDB } from "@pumice/stubs/scoriadb";
import type { KvCredentials, KvTokenSession } from "./kv-session.js";
import { tokenClaims } from "./token-claims.js";
import { userName } from "./user-name.js";

const { authenticate } = ScoriaDB.method;
const rpc = `${ScoriaDB.typeName}/${authenticate.name}`;

/** Where the credentials of each login come from. */
export type CredentialsSource = () => KvCredentials | Promise<KvCredentials>;

export interface KvLoginOptions {
  /** Absent for a client that was made without a user. */
  readonly credentials: CredentialsSource | undefined;
  readonly observe: CallObserver | undefined;
}

/** The session of a client's user. */
export interface KvLogin {
  /** For the interceptors: a login when a token is first needed, again before it expires. */
  readonly tokens: TokenSource;
  login(credentials: KvCredentials | undefined, options: CallOptions): Promise<KvTokenSession>;
  logout(): void;
  session(options: CallOptions): Promise<KvTokenSession>;
}

/**
 * Keeps a user logged in.
 *
 * @param transport - Without the interceptors that need the token.
 */
export function kvLogin(
  transport: Transport,
  calls: ClientCalls,
  { credentials: source, observe }: KvLoginOptions,
): KvLogin {
  const stub = createClient(ScoriaDB, transport);
  let current = source;
  /** Those of the last login that went well; a login that fails goes back to them. */
  let settled = source;

  const logIn = async (credentials: KvCredentials): Promise<Token> => {
    const request = checkedCredentials("log in", credentials);
    try {
      const { jwtToken } = await calls.nested(authenticate, {}, (call) => stub.authenticate(request, call));
      return { value: jwtToken, expiresAtMs: tokenClaims(jwtToken).expiresAtMs };
    } catch (error) {
      throw error instanceof PumiceError && error.code === Code.Unimplemented ? notScoria(error) : error;
    }
  };
  const tokens = tokenSource(
    loginWith(rpc, () => (current ? current() : nobody()), logIn),
    { onRenewal: (event) => observe?.onRenewal?.(event) },
  );

  const session = (options: CallOptions): Promise<KvTokenSession> =>
    calls.unary(authenticate, options, async ({ signal }) => {
      const token = await withinTime(options.timeoutMs ?? defaultTimeoutMs, signal, (limit) => tokens.get(limit));
      return sessionOf(token);
    });

  return {
    tokens,
    session,
    async login(credentials, options) {
      const given = credentials && checkedCredentials("log in", credentials);
      const own = given ? () => given : (current ?? source);
      current = own;
      tokens.forget();
      try {
        const opened = await session(options);
        if (current === own) settled = own;
        return opened;
      } catch (error) {
        // Unless another login, or a logout, has come meanwhile: then that one counts.
        if (current === own) {
          current = settled;
          tokens.forget();
        }
        throw error;
      }
    },
    logout() {
      current = undefined;
      settled = undefined;
      tokens.forget();
    },
  };
}

/**
 * What is sent at a login.
 *
 * @param action - What they are for, for the error.
 * @throws TypeError if name or password is no text, or empty.
 */
export function checkedCredentials(action: string, { username, password }: KvCredentials): KvCredentials {
  if (password === "") throw new TypeError(`Cannot ${action}: password must not be empty`);
  return { username: userName(username, action), password: checkText(password, "password") };
}

function sessionOf({ value }: Token): KvTokenSession {
  const { roles, expiresAtMs } = tokenClaims(value);
  return { roles, expiresAt: expiresAtMs === undefined ? undefined : new Date(expiresAtMs), token: value };
}

function nobody(): never {
  const message = "Cannot call: nobody is logged in; give connectKv() a user, or call login()";
  throw new UnauthenticatedError(message, Code.Unauthenticated, { rpc, attempts: 0 });
}

function notScoria({ attempts, cause }: PumiceError): PumiceError {
  const message = `Cannot log in: this server does not speak ${ScoriaDB.typeName}`;
  return new PumiceError(message, Code.Unimplemented, { rpc, attempts, cause });
}

/** A login is nobody's alone: only the waiting for it ends. */
async function withinTime<T>(ms: number, signal: AbortSignal, run: (limit: AbortSignal) => Promise<T>): Promise<T> {
  if (ms === Number.POSITIVE_INFINITY) return run(signal);
  const limit = new AbortController();
  const late = new ConnectError(`the login has taken ${ms} ms`, Code.DeadlineExceeded);
  const timer = setTimeout(() => limit.abort(late), ms);
  try {
    return await run(AbortSignal.any([signal, limit.signal]));
  } finally {
    clearTimeout(timer);
  }
}
