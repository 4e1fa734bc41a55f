import { backoffMs } from "./backoff.js";
import { checkCallOptions, defaultTimeoutMs } from "./call-options.js";
import { checkDelays } from "./check-delays.js";
import { checkMaxAttempts } from "./check-max-attempts.js";
import { ConflictError, OutcomeUnknownError, PumiceError, TransactionConflictError } from "./pumice-error.js";
import { sleep } from "./sleep.js";
import { TimeLimit } from "./time-limit.js";
import { translateError } from "./translate-error.js";

/** One run of a transaction, from its begin to its commit. */
export interface TransactionAttempt {
  /** The first is 1. */
  readonly number: number;
  /** Fires when the caller aborts, and when the time for all attempts is over. */
  readonly signal: AbortSignal;
  /** Milliseconds that are left for all attempts; 0 when the time is over, `Infinity` without a limit. */
  remainingMs(): number;
  /**
   * Runs `hook` once, after this attempt has committed; never if it fails, or is run again. Hooks run one after the
   * other, in the order of their coming.
   *
   * @throws Error if the attempt is over.
   */
  onCommit(hook: () => void | Promise<void>): void;
}

/** Told when a transaction met a conflict and will be run again. */
export interface TransactionRetry {
  /** The attempt that failed; the first is 1. */
  readonly attempt: number;
  readonly error: unknown;
  /** Milliseconds until the next attempt. */
  readonly pauseMs: number;
}

export interface RunTransactionOptions {
  /** Full method name of the commit, `package.Service/Method`, for the errors. */
  readonly rpc: string;
  /** Ends it before the next call or pause: `canceled`, or `deadline_exceeded` for `AbortSignal.timeout()`. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for all attempts and pauses together, or `Infinity`. @defaultValue 30000 */
  readonly timeoutMs?: number | undefined;
  /** Attempts in all, the first one included; 1 never runs it again, `Infinity` leaves it to the time. @defaultValue 10 */
  readonly maxAttempts?: number | undefined;
  /** Ceiling of the first pause in milliseconds; doubles with each attempt. @defaultValue 10 */
  readonly baseDelayMs?: number | undefined;
  /** Ceiling of any pause in milliseconds. @defaultValue 1000 */
  readonly maxDelayMs?: number | undefined;
  /** True if a new attempt may succeed. @defaultValue a ConflictError, but not the final one of another transaction */
  readonly isConflict?: ((error: unknown) => boolean) | undefined;
  /** The caller's word that a second commit does no harm: an unknown outcome is then run again too. @defaultValue false */
  readonly idempotent?: boolean | undefined;
  /** Called before each pause. What it throws ends the transaction. */
  readonly onRetry?: ((event: TransactionRetry) => void) | undefined;
  /** Gets what an `onCommit` hook throws. @defaultValue it becomes an unhandled rejection */
  readonly onHookError?: ((error: unknown) => void) | undefined;
}

/**
 * Runs a transaction again from its start each time it meets a conflict, with full jitter in between.
 *
 * The time limit and an abort reach `run` through its signal; they never cut it off, as its commit may be on the way:
 * once it resolves, the transaction is committed and its result is returned, however late. An `onCommit` hook that throws
 * changes neither that nor the hooks after it: its error goes to `onHookError`.
 *
 * @param run - Begins, does the work and commits; resolves after a proven commit only.
 * @throws {@link TransactionConflictError} if the last attempt that there was room for met a conflict; nothing of it is
 * applied.
 * @throws {@link OutcomeUnknownError} from `run`, at once; with `idempotent` if an attempt ended so and none after it
 * committed: because attempts ran out, `signal` fired, or a call failed.
 * @throws PumiceError `canceled` or `deadline_exceeded` if `signal` has fired before an attempt or in a pause.
 * @throws Whatever else `run` throws, unchanged.
 * @throws RangeError if `maxAttempts`, `timeoutMs` or a delay is out of range.
 */
export async function runTransaction<T>(
  run: (attempt: TransactionAttempt) => Promise<T>,
  options: RunTransactionOptions,
): Promise<T> {
  const { signal, timeoutMs = defaultTimeoutMs, maxAttempts = 10, onHookError } = options;
  checkMaxAttempts(maxAttempts);
  checkDelays("start", options);
  checkCallOptions({ signal, timeoutMs });
  const limit = new TimeLimit(timeoutMs, signal);
  try {
    const { result, hooks } = await untilCommitted(run, { ...options, maxAttempts }, limit);
    limit.end(); // before the hooks: the time is the transaction's
    await runHooks(hooks, onHookError);
    return result;
  } finally {
    limit.end();
  }
}

async function untilCommitted<T>(
  run: (attempt: TransactionAttempt) => Promise<T>,
  options: RunTransactionOptions & { readonly maxAttempts: number },
  limit: TimeLimit,
): Promise<Committed<T>> {
  const { rpc, signal, maxAttempts, baseDelayMs = 10, maxDelayMs = 1000, onRetry } = options;
  const reasons: PumiceError[] = [];
  if (signal?.aborted) throw aborted(signal, rpc, 0);
  for (let number = 1; ; number++) {
    try {
      return await runOnce(run, number, limit);
    } catch (error) {
      if (!mayRunAgain(error, options)) throw (error instanceof PumiceError && unknownOf(reasons)) || error;
      reasons.push(translateError(error, { rpc, attempts: number }));
      if (signal?.aborted) throw unknownOf(reasons) ?? aborted(signal, rpc, number);
      const pauseMs = backoffMs(number, { baseDelayMs, maxDelayMs });
      if (number >= maxAttempts || pauseMs >= limit.remainingMs()) throw finalError(rpc, reasons, limit);
      onRetry?.({ attempt: number, error, pauseMs });
      try {
        await sleep(pauseMs, limit.signal);
      } catch {
        throw signal?.aborted ? (unknownOf(reasons) ?? aborted(signal, rpc, number)) : finalError(rpc, reasons, limit);
      }
    }
  }
}

interface Committed<T> {
  readonly result: T;
  readonly hooks: readonly Hook[];
}

type Hook = () => void | Promise<void>;

async function runOnce<T>(
  run: (attempt: TransactionAttempt) => Promise<T>,
  number: number,
  limit: TimeLimit,
): Promise<Committed<T>> {
  const hooks: Hook[] = [];
  let isOver = false;
  const attempt: TransactionAttempt = {
    number,
    signal: limit.signal,
    remainingMs: () => limit.remainingMs(),
    onCommit(hook) {
      if (isOver) throw new Error("Cannot add an onCommit hook: its attempt is over, add it before the commit");
      hooks.push(hook);
    },
  };
  try {
    return { result: await run(attempt), hooks };
  } finally {
    isOver = true;
  }
}

function mayRunAgain(
  error: unknown,
  { idempotent = false, isConflict = meetsConflict }: RunTransactionOptions,
): boolean {
  return error instanceof OutcomeUnknownError ? idempotent : isConflict(error);
}

/** Another transaction inside this one has tried long enough. */
function meetsConflict(error: unknown): boolean {
  return error instanceof ConflictError && !(error instanceof TransactionConflictError);
}

function aborted(signal: AbortSignal, rpc: string, attempts: number): PumiceError {
  return translateError(signal.reason, { rpc, attempts, signal });
}

/** What fails later, a conflict or an abort, does not undo what an earlier attempt may have committed. */
function unknownOf(reasons: readonly PumiceError[]): PumiceError | undefined {
  return reasons.find((reason) => reason instanceof OutcomeUnknownError);
}

function finalError(rpc: string, reasons: readonly PumiceError[], limit: TimeLimit): PumiceError {
  const unknown = unknownOf(reasons);
  if (unknown) return unknown;
  const cause = reasons.at(-1);
  const attempts = reasons.length;
  const count = attempts === 1 ? "its one attempt" : `each of ${attempts} attempts`;
  const message = `Cannot commit: ${count} within ${limit.elapsedMs()} ms met a conflict: ${cause?.rawMessage}`;
  return new TransactionConflictError(message, { rpc, attempts, cause, reasons });
}

async function runHooks(hooks: readonly Hook[], onHookError: RunTransactionOptions["onHookError"]): Promise<void> {
  for (const hook of hooks) {
    try {
      await hook();
    } catch (error) {
      if (onHookError) onHookError(error);
      else void Promise.reject(error); // what the platform does with the error of an event listener
    }
  }
}
