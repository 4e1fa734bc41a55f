import type { CallOptions, CloseOptions } from "@pumice/client-core";

/** Who logs in. */
export interface LedgerCredentials {
  readonly username: string;
  readonly password: string;
}

/** What a login gives. */
export interface LedgerSession {
  /** The server's own name, which survives its restarts; what is trusted is kept under it. */
  readonly serverUuid: string;
  readonly database: string;
}

/** A client's login, and its end. */
export interface LedgerSessions extends AsyncDisposable {
  /**
   * Opens a session now, also if there is one already. Calls do so by themselves; this is for another user, for after
   * {@link logout}, and for a client that was made without a user. Clients that `useDatabase()` has made stay who they are.
   *
   * @param credentials - Used from now on, also when the session has to be opened again. @defaultValue those of before
   * @throws {@link UnauthenticatedError} if the server does not accept them, or if there are none; the client then goes on
   * with those of before.
   */
  login(credentials?: LedgerCredentials, options?: CallOptions): Promise<LedgerSession>;

  /**
   * Ends the session, on the server too; a server that cannot be told within 2 seconds, or `timeoutMs`, ends it by itself.
   * Every later call throws {@link UnauthenticatedError}, before anything is sent, until {@link login}.
   */
  logout(options?: CallOptions): Promise<void>;

  /**
   * Connects and logs in, so that a wrong address, password or database shows at once.
   *
   * @throws {@link UnauthenticatedError} if the server does not accept the credentials, or if there are none.
   * @throws {@link NotFoundError} if there is no such database.
   * @throws {@link ServerChangedError} if another server answers than the one that is trusted.
   * @throws {@link PumiceError} `Unavailable` if the server cannot be reached, `Unimplemented` if it is another one.
   */
  ready(options?: CallOptions): Promise<LedgerSession>;

  /**
   * Lets the calls in flight finish for up to 5 seconds, or `timeoutMs`, then ends them with {@link ClientClosedError}, a
   * write with {@link CommitOutcomeUnknownError}; every later call throws the former at once. Ends the session on the
   * server, closes the clients that `useDatabase()` has made and the connection that the client opened; a transport that was
   * passed in stays open. May be called twice.
   */
  close(options?: CloseOptions): Promise<void>;
}
