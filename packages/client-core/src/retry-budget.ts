/** How many failures in a row are answered with retries. */
export interface RetryBudgetOptions {
  /** Tokens at the start and at most; retries stop at half of them. @defaultValue 10 */
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
 * always made, repeats only while more than half of the tokens are left.
 *
 * @throws RangeError if an option is out of its range.
 */
export function retryBudget({ maxTokens = 10, tokenRatio = 0.1 }: RetryBudgetOptions = {}): RetryBudget {
  if (!(maxTokens > 0 && maxTokens <= 1000)) {
    throw new RangeError(`Cannot make a retry budget: maxTokens must be above 0 and at most 1000, got ${maxTokens}`);
  }
  if (!(tokenRatio > 0)) {
    throw new RangeError(`Cannot make a retry budget: tokenRatio must be above 0, got ${tokenRatio}`);
  }
  // Thousandths, as gRPC counts: ten successes of 0.1 are exactly one failure.
  const most = Math.round(maxTokens * 1000);
  const gain = Math.round(tokenRatio * 1000);
  let tokens = most;
  return {
    succeeded() {
      tokens = Math.min(most, tokens + gain);
    },
    failed() {
      tokens = Math.max(0, tokens - 1000);
    },
    get allowsRetry() {
      return tokens > most / 2;
    },
  };
}
