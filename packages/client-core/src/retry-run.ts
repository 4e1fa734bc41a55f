import { ConnectError } from "@connectrpc/connect";
import pRetry from "p-retry";
import { attemptsKey } from "./attempts.js";
import { backoffMs } from "./backoff.js";
import { notify, type WaitEvent } from "./call-observer.js";
import { type AnyRequest, maxTimerMs, scopeOf } from "./call-scope.js";
import { deliveryOf } from "./delivery.js";
import { withEarlierAttempt, withoutAnyAttempt } from "./delivery-marks.js";
import { pushbackMs } from "./pushback.js";
import type { RetryBudget } from "./retry-budget.js";
import { isWorthRetry } from "./retry-rule.js";
import { sleep } from "./sleep.js";

/** {@link RetryOptions}, filled in and checked. */
export interface RetryPlan {
  readonly maxAttempts: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  readonly attemptTimeoutMs: number | undefined;
  readonly budget: RetryBudget;
  readonly onRetry: ((event: WaitEvent) => void) | undefined;
  readonly random: (() => number) | undefined;
}

/** What a call says about being made again. */
export interface RepeatableCall {
  /** True if a second, even a late, execution of the call does no harm. */
  readonly isRepeatable: boolean;
  /** False once a part of what it sends is gone. */
  readonly canReplay: boolean;
}

/** The repeats of one call, whose first attempt has failed. */
export class RetryRun {
  readonly #plan: RetryPlan;
  readonly #request: AnyRequest;
  readonly #call: RepeatableCall;
  /** Attempts since the server last named a pause: after it, the backoff begins anew (gRFC A6). */
  #failuresInRow = 0;
  #mayHaveArrived = false;

  constructor(plan: RetryPlan, request: AnyRequest, call: RepeatableCall) {
    this.#plan = plan;
    this.#request = request;
    this.#call = call;
  }

  /**
   * Makes the attempts from the second on, as far as they are worth it.
   *
   * @throws What the last attempt failed with.
   */
  async repeat<T>(firstError: unknown, attempt: (number: number) => Promise<T>): Promise<T> {
    const { maxAttempts, budget } = this.#plan;
    try {
      if (!(await this.#waitIfWorthIt(firstError, 1))) throw firstError;
      const result = await pRetry((number) => attempt(number + 1), {
        retries: maxAttempts - 2,
        minTimeout: 0, // p-retry has no full jitter: the wait is ours
        shouldRetry: ({ error, attemptNumber }) => this.#waitIfWorthIt(error, attemptNumber + 1),
      });
      budget.succeeded();
      return result;
    } catch (error) {
      throw this.#finalError(error);
    }
  }

  async #waitIfWorthIt(reason: unknown, attempt: number): Promise<boolean> {
    const { signal, method, contextValues } = this.#request;
    const { isRepeatable, canReplay } = this.#call;
    const { budget, onRetry, attemptTimeoutMs } = this.#plan;
    const error = ConnectError.from(reason);
    if (signal.aborted || !canReplay) return false; // an abort is never retried
    if (deliveryOf(error) !== "never sent") this.#mayHaveArrived = true;

    const pushback = pushbackMs(error);
    const isLimited = attemptTimeoutMs !== undefined;
    if (!isWorthRetry(error, { isRepeatable, isLimited, pushbackMs: pushback })) return false;
    budget.failed();
    if (!budget.allowsRetry) return false;

    const waitMs = this.#pauseMs(pushback);
    const remainingMs = scopeOf(this.#request)?.remainingMs ?? Number.POSITIVE_INFINITY;
    if (waitMs >= Math.min(remainingMs, maxTimerMs)) return false; // there would be no time left for the attempt
    const attempts = contextValues.get(attemptsKey);
    if (attempts) attempts.earlierMayHaveArrived = this.#mayHaveArrived;
    if (onRetry) notify(onRetry, { rpc: `${method.parent.typeName}/${method.name}`, attempt, waitMs, error });
    await this.#pause(waitMs, signal);
    return this.#call.canReplay; // whoever made the attempt may have gone on taking messages
  }

  /** @throws What the signal says; of a call of which no attempt was sent, that it was never sent. */
  async #pause(waitMs: number, signal: AbortSignal): Promise<void> {
    try {
      await sleep(waitMs, signal);
    } catch (error) {
      throw this.#mayHaveArrived ? error : withoutAnyAttempt(error);
    }
  }

  #pauseMs(pushback: number | undefined): number {
    if (pushback !== undefined) {
      this.#failuresInRow = 0;
      return pushback;
    }
    this.#failuresInRow += 1;
    return backoffMs(this.#failuresInRow, this.#plan);
  }

  /** Another attempt may have arrived: that the last one was never sent says nothing about the call then. */
  #finalError(error: unknown): unknown {
    return this.#mayHaveArrived && deliveryOf(error) === "never sent" ? withEarlierAttempt(error) : error;
  }
}
