import type { CallObserver, RetryOptions } from "@pumice/client-core";
import type { KvCredentials } from "./kv-session.js";

/** Who uses a client, and how its calls are made. */
export interface KvOptions {
  /**
   * Who logs in, with `password`; trimmed and lower-cased before it is sent, as the server does at login. A client without
   * a user throws {@link UnauthenticatedError} before anything is sent, until its `login()`.
   */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Fetches the user for each login, instead of `username` and `password`: for passwords that change. */
  readonly credentials?: (() => KvCredentials | Promise<KvCredentials>) | undefined;
  /** Sends the password and the tokens over plaintext to a host other than this machine. @defaultValue false */
  readonly allowPlaintext?: boolean | undefined;
  /** What an `https` server is checked with, and what it checks. On Node only: a browser has its own. */
  readonly tls?: KvTls | undefined;
  /** How calls that can be repeated are repeated; false for not at all. */
  readonly retry?: RetryOptions | false | undefined;
  /** Hears of calls, attempts, pauses, logins, and scans that go on after a lost connection. */
  readonly observe?: CallObserver | undefined;
}

/** Certificates and keys, each as PEM. */
export interface KvTls {
  /** Authorities that the server's certificate may come from, instead of those that Node knows. */
  readonly ca?: string | Uint8Array | undefined;
  /** The client's own certificate, for a server that asks for one. */
  readonly cert?: string | Uint8Array | undefined;
  /** The private key of `cert`. */
  readonly key?: string | Uint8Array | undefined;
}
