/** What a login gives. */
export interface Token {
  readonly value: string;
  /** Milliseconds since the Unix epoch; absent when the token does not tell. */
  readonly expiresAtMs?: number | undefined;
}

export interface TokenSourceOptions {
  /** A token is renewed this long before it expires, in milliseconds; at most a tenth of its life. @defaultValue 60000 */
  readonly renewBeforeMs?: number | undefined;
  /** The clock, in milliseconds since the Unix epoch. @defaultValue Date.now */
  readonly now?: (() => number) | undefined;
}

/** The current token of one user, shared by any number of calls. */
export interface TokenSource {
  /**
   * The token to send. Logs in when there is none or it is about to expire; any number of callers wait for one login.
   *
   * @param signal - Ends this caller's waiting, not the login.
   * @throws What the login threw, or the signal's reason; the next caller logs in anew.
   */
  get(signal?: AbortSignal): Promise<Token>;
  /** Forgets a token that the server refused. Does nothing if a newer one is there already. */
  invalidate(refused: Token): void;
}

/**
 * Keeps one token fresh.
 *
 * @param login - Fetches a new token; must end by itself, as nobody's signal cancels it.
 */
export function tokenSource(login: () => Promise<Token>, options: TokenSourceOptions = {}): TokenSource {
  const { renewBeforeMs = 60_000, now = Date.now } = options;
  let current: { readonly token: Token; readonly renewAtMs: number } | undefined;
  let flight: Promise<Token> | undefined;

  const renew = async (): Promise<Token> => {
    const token = await login();
    current = { token, renewAtMs: renewalTime(token, now(), renewBeforeMs) };
    return token;
  };

  return {
    get(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      if (current && now() < current.renewAtMs) return Promise.resolve(current.token);
      flight ??= renew().finally(() => {
        flight = undefined;
      });
      return signal ? unlessAborted(flight, signal) : flight;
    },
    invalidate(refused) {
      if (current?.token === refused) current = undefined;
    },
  };
}

/** A token that looks expired on arrival comes from a server with another clock: it is used until it is refused. */
function renewalTime({ expiresAtMs }: Token, nowMs: number, renewBeforeMs: number): number {
  if (expiresAtMs === undefined || expiresAtMs <= nowMs) return Number.POSITIVE_INFINITY;
  return expiresAtMs - Math.min(renewBeforeMs, (expiresAtMs - nowMs) / 10);
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
