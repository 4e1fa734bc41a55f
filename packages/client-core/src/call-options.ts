/** What every call of every client takes. */
export interface CallOptions {
  /** Ends the call when it fires: `canceled`, or `deadline_exceeded` for `AbortSignal.timeout()`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds for the whole call, a login on the way included; at most 2147483647 (24 days), or `Infinity` for no
   * deadline.
   *
   * @defaultValue 30000 for unary calls, `Infinity` for streams
   */
  readonly timeoutMs?: number | undefined;
  /** Request headers of the caller's own. */
  readonly headers?: HeadersInit | undefined;
}

/** Milliseconds that a unary call may take unless the caller says otherwise. */
export const defaultTimeoutMs = 30_000;

/**
 * Checks call options before anything is sent.
 *
 * @throws RangeError if `timeoutMs` is no time that a timer can wait.
 * @throws TypeError if `signal` is no AbortSignal, or if `headers` has a name or a value that HTTP does not allow.
 */
export function checkCallOptions({ timeoutMs, signal, headers }: CallOptions): void {
  if (timeoutMs !== undefined && !isTimeout(timeoutMs)) {
    throw new RangeError(
      `Cannot call: timeoutMs must be above 0 and at most ${maxTimerMs}, or Infinity, got ${timeoutMs}`,
    );
  }
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw new TypeError("Cannot call: signal must be an AbortSignal");
  }
  new Headers(headers);
}

function isTimeout(value: unknown): boolean {
  return typeof value === "number" && value > 0 && (value <= maxTimerMs || value === Number.POSITIVE_INFINITY);
}

/** A timer that is set to more fires at once (HTML standard, timers: a 32-bit signed integer). */
const maxTimerMs = 2_147_483_647;
