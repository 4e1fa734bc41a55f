import type { CallObserver, RetryOptions } from "@pumice/client-core";
import type { LedgerCredentials } from "./ledger-session.js";
import type { StateStore } from "./state-store.js";

/** Who uses a client, what it trusts, and how its calls are made. */
export interface LedgerOptions {
  /** Who logs in, with `password`. Without a user every call throws {@link UnauthenticatedError}, until `login()`. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Fetches the user for each login, instead of `username` and `password`: for passwords that change. */
  readonly credentials?: (() => LedgerCredentials | Promise<LedgerCredentials>) | undefined;
  /** The database of the session; lower-cased, as the server does. @defaultValue "defaultdb" */
  readonly database?: string | undefined;
  /**
   * Keeps what is trusted. One client at a time, with those that its `useDatabase()` makes, may use a store.
   *
   * @defaultValue in memory: each run believes the server's first answer anew, and the first verified call says so once
   * on the console; pass `memoryStateStore()` if that is what you want
   */
  readonly stateStore?: StateStore | undefined;
  /**
   * The server's public key in PEM (`BEGIN PUBLIC KEY`, on P-256), got from its owner. With it every state that the client
   * comes to trust must be signed: a signature that is missing or wrong is a {@link VerificationError}.
   */
  readonly publicKey?: string | undefined;
  /**
   * Milliseconds between calls that keep an idle session alive, which the server would end after 2 minutes; `Infinity` for
   * none. They hold no process. @defaultValue 60000
   */
  readonly keepAliveMs?: number | undefined;
  /** Sends the password and the session over plaintext to a host other than this machine. @defaultValue false */
  readonly allowPlaintext?: boolean | undefined;
  /** What an `https` server is checked with, and what it checks. On Node only: a browser has its own. */
  readonly tls?: LedgerTls | undefined;
  /** How calls that can be repeated are repeated; false for not at all. */
  readonly retry?: RetryOptions | false | undefined;
  /** Hears of calls, attempts, pauses and logins. */
  readonly observe?: CallObserver | undefined;
}

/** Certificates and keys, each as PEM. */
export interface LedgerTls {
  /** Authorities that the server's certificate may come from, instead of those that Node knows. */
  readonly ca?: string | Uint8Array | undefined;
  /** The client's own certificate, for a server that asks for one. */
  readonly cert?: string | Uint8Array | undefined;
  /** The private key of `cert`. */
  readonly key?: string | Uint8Array | undefined;
}
