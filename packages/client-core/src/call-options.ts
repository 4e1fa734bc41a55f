/** What every call of every client takes. */
export interface CallOptions {
  /** Ends the call when it fires: `canceled`, or `deadline_exceeded` for `AbortSignal.timeout()`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for the whole call, a login on the way included. @defaultValue 30000 for unary calls, none for streams */
  readonly timeoutMs?: number | undefined;
  /** Request headers of the caller's own. */
  readonly headers?: HeadersInit | undefined;
}

/** Milliseconds that a unary call may take unless the caller says otherwise. */
export const defaultTimeoutMs = 30_000;

/**
 * Checks call options before anything is sent.
 *
 * @throws RangeError if `timeoutMs` is not a number above 0.
 */
export function checkCallOptions(options: CallOptions): void {
  const { timeoutMs } = options;
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    throw new RangeError(`Cannot call: timeoutMs must be above 0, got ${timeoutMs}`);
  }
}
