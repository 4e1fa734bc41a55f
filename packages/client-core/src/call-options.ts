import type { ContextValues } from "@connectrpc/connect";
import { maxTimerMs } from "./call-scope.js";
import type { RepeatPolicy } from "./repeat-policy.js";

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
  /**
   * Whether the call may be made again after an attempt failed: `safe` if that can do no harm, by the rpc's own contract or
   * because the attempt was never sent; `always` if you know that a second, even a late, execution does none; `never` not at
   * all.
   *
   * @defaultValue "safe"
   */
  readonly retry?: RepeatPolicy | undefined;
}

/** What a stub's call takes: Connect's `CallOptions`, filled in. */
export interface StubCallOptions {
  signal: AbortSignal;
  /** 0 is Connect's word for no deadline. */
  timeoutMs: number;
  headers?: HeadersInit;
  contextValues: ContextValues;
}

/** Milliseconds that a unary call may take unless the caller says otherwise. */
export const defaultTimeoutMs = 30_000;

/**
 * Checks call options before anything is sent.
 *
 * @throws RangeError if `timeoutMs` is no time that a timer can wait.
 * @throws TypeError if `signal` is no AbortSignal, if `retry` is none of its words, or if `headers` has a name or a value that HTTP does not allow.
 */
export function checkCallOptions({ timeoutMs, signal, headers, retry }: CallOptions): void {
  if (timeoutMs !== undefined && !isTimeout(timeoutMs)) {
    throw new RangeError(
      `Cannot call: timeoutMs must be above 0 and at most ${maxTimerMs}, or Infinity, got ${timeoutMs}`,
    );
  }
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw new TypeError("Cannot call: signal must be an AbortSignal");
  }
  if (retry !== undefined && !repeatPolicies.includes(retry)) {
    throw new TypeError(`Cannot call: retry must be "safe", "always" or "never", got ${JSON.stringify(retry)}`);
  }
  if (headers !== undefined) new Headers(headers);
}

const repeatPolicies: readonly RepeatPolicy[] = ["safe", "always", "never"];

function isTimeout(value: unknown): boolean {
  return typeof value === "number" && value > 0 && (value <= maxTimerMs || value === Number.POSITIVE_INFINITY);
}
