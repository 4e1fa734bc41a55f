/** How pauses between attempts grow. */
export interface Backoff {
  /** Ceiling of the first pause in milliseconds; it doubles with each attempt. */
  readonly baseDelayMs: number;
  /** Ceiling of any pause in milliseconds. */
  readonly maxDelayMs: number;
  /** Evenly spread over 0 (included) to 1 (excluded). @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

/**
 * Milliseconds to wait after a failed attempt, with full jitter: evenly spread between 0 and a ceiling that doubles, so
 * that clients which failed together do not come back together (Brooker, "Exponential Backoff And Jitter", 2015).
 *
 * @param attempt - The attempt that failed; the first is 1.
 */
export function backoffMs(attempt: number, { baseDelayMs, maxDelayMs, random = Math.random }: Backoff): number {
  const doublings = Math.min(attempt - 1, 53); // more reach infinity, which times 0 is no number
  return random() * Math.min(maxDelayMs, baseDelayMs * 2 ** doublings);
}
