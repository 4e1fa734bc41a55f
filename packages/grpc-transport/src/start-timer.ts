/** The longest a timer can wait: 2^31 - 1 milliseconds, 24 days. */
const LONGEST_TIMER_MS = 0x7fffffff;

/**
 * `setTimeout` for any delay: a longer one than a timer can wait is cut to that, and Infinity starts none. Left to
 * itself, `setTimeout` fires at once for either.
 */
export function startTimer(onTime: () => void, delayMs: number): NodeJS.Timeout | undefined {
  if (delayMs === Number.POSITIVE_INFINITY) return undefined;
  return setTimeout(onTime, Math.min(Math.ceil(delayMs), LONGEST_TIMER_MS));
}
