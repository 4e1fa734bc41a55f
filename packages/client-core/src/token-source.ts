import { notify, type RenewalEvent } from "./call-observer.js";

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
  /** Hears of every login that has ended; what it throws is ignored. */
  readonly onRenewal?: ((event: RenewalEvent) => void) | undefined;
}

/** The current token of one user, shared by any number of calls. */
export interface TokenSource {
  /** The token to send; undefined when there is none or it is about to expire. */
  readonly current: Token | undefined;
  /**
   * The token to send. Logs in when there is none or it is about to expire; any number of callers wait for one login.
   *
   * @param signal - Ends this caller's waiting, not the login.
   * @throws What the login threw, or the signal's reason; the next caller logs in anew.
   */
  get(signal?: AbortSignal): Promise<Token>;
  /** Forgets a token that the server refused. Does nothing if a newer one is there already. */
  invalidate(refused: Token): void;
  /** Logs out: forgets the token, and what a login that is under way will give. The next caller logs in anew. */
  forget(): void;
}

/**
 * Keeps one token fresh.
 *
 * @param login - Fetches a new token; must end by itself, as nobody's signal cancels it.
 */
export function tokenSource(login: () => Promise<Token>, options: TokenSourceOptions = {}): TokenSource {
  const { renewBeforeMs = 60_000, now = Date.now, onRenewal } = options;
  let kept: { readonly token: Token; readonly renewAtMs: number } | undefined;
  let flight: Promise<Token> | undefined;

  const renew = async (): Promise<Token> => {
    const startMs = now();
    const report = (event: Omit<RenewalEvent, "durationMs">) => {
      if (onRenewal) notify(onRenewal, { durationMs: now() - startMs, ...event });
    };
    try {
      const token = await login();
      report({ expiresAtMs: token.expiresAtMs });
      return token;
    } catch (error) {
      report({ error });
      throw error;
    }
  };
  const startFlight = (): Promise<Token> => {
    const own: Promise<Token> = renew()
      .then((token) => {
        if (flight === own) kept = { token, renewAtMs: renewalTime(token, now(), renewBeforeMs) };
        return token;
      })
      .finally(() => {
        if (flight === own) flight = undefined;
      });
    return own;
  };
  const current = () => (kept && now() < kept.renewAtMs ? kept.token : undefined);

  return {
    get current() {
      return current();
    },
    get(signal) {
      if (signal?.aborted) return Promise.reject(signal.reason);
      const token = current();
      if (token) return Promise.resolve(token);
      flight ??= startFlight();
      return signal ? unlessAborted(flight, signal) : flight;
    },
    invalidate(refused) {
      if (kept?.token === refused) kept = undefined;
    },
    forget() {
      kept = undefined;
      flight = undefined;
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
