/** How many failures are answered with retries. */
export interface RetryBudgetOptions {
  /**
   * Tokens at the start and at most; retries stop at half of them. The default is for a client with 1,000 calls in flight
   * on one connection: when it breaks, each is repeated, and
   * nearly each once more if the server is not back yet.
   *
   * @defaultValue 4000
   */
  readonly maxTokens?: number | undefined;
  /** What a success gives back; a failure takes 1. @defaultValue 0.1 */
  readonly tokenRatio?: number | undefined;
}

/** Stops retries from making the trouble of a server worse; shared by the calls of a client. */
export interface RetryBudget {
  /** Counts an attempt that succeeded. */
  succeeded(): void;
  /** Counts an attempt that failed in a way that is worth a retry, or that the server does not want repeated. */
  failed(): void;
  /** False while too many attempts have failed. */
  readonly allowsRetry: boolean;
}

/**
 * The token bucket of gRPC's retry design (gRFC A6, "Throttling Retry Attempts and Hedged RPCs"): first attempts are
 * always made, repeats only while more than half of the tokens are left. So a server that is down gets 1,999 repeats by
 * default and then none, one that fails now and then a repeat for every tenth success.
 *
 * Unlike there, failures beyond the half count no further than 10: a hundred successes after a long outage, not tens of
 * thousands, and repeats are made again.
 *
 * @throws RangeError if an option is out of its range.
 */
export function retryBudget({ maxTokens = 4000, tokenRatio = 0.1 }: RetryBudgetOptions = {}): RetryBudget {
  for (const [name, value] of Object.entries({ maxTokens, tokenRatio })) {
    if (!(value > 0 && value <= 1_000_000))
      throw new RangeError(`Cannot make a retry budget: ${name} must be above 0 and at most 1000000, got ${value}`);
  }
  // Thousandths, as gRPC counts: ten successes of 0.1 are exactly one failure.
  const most = Math.round(maxTokens * 1000);
  const gain = Math.round(tokenRatio * 1000);
  const least = Math.max(0, most / 2 - mostDebt);
  let tokens = most;
  return {
    succeeded() {
      tokens = Math.min(most, tokens + gain);
    },
    failed() {
      tokens = Math.max(least, tokens - 1000);
    },
    get allowsRetry() {
      return tokens > most / 2;
    },
  };
}

/** Thousandths that failures take beyond the half: those of ten. */
const mostDebt = 10_000;
