import { ConnectError } from "@connectrpc/connect";
import pRetry from "p-retry";
import { backoffMs } from "./backoff.js";
import { notify, type WaitEvent } from "./call-observer.js";
import { type AnyRequest, maxTimerMs, scopeOf } from "./call-scope.js";
import { deliveryOf } from "./delivery.js";
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

/** The repeats of one call, whose first attempt has failed. */
export class RetryRun {
  readonly #plan: RetryPlan;
  readonly #request: AnyRequest;
  readonly #isRepeatable: boolean;
  /** Attempts since the server last named a pause: after it, the backoff begins anew (gRFC A6). */
  #failuresInRow = 0;
  #mayHaveArrived = false;

  constructor(plan: RetryPlan, request: AnyRequest, isRepeatable: boolean) {
    this.#plan = plan;
    this.#request = request;
    this.#isRepeatable = isRepeatable;
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
    const { signal, method } = this.#request;
    const { budget, onRetry, attemptTimeoutMs } = this.#plan;
    const error = ConnectError.from(reason);
    if (signal.aborted) return false; // an abort is never retried
    if (deliveryOf(error) === "unknown") this.#mayHaveArrived = true;

    const pushback = pushbackMs(error);
    const isLimited = attemptTimeoutMs !== undefined;
    if (!isWorthRetry(error, { isRepeatable: this.#isRepeatable, isLimited, pushbackMs: pushback })) return false;
    budget.failed();
    if (!budget.allowsRetry) return false;

    const waitMs = this.#pauseMs(pushback);
    const remainingMs = scopeOf(this.#request)?.remainingMs ?? Number.POSITIVE_INFINITY;
    if (waitMs >= Math.min(remainingMs, maxTimerMs)) return false; // there would be no time left for the attempt
    if (onRetry) notify(onRetry, { rpc: `${method.parent.typeName}/${method.name}`, attempt, waitMs, error });
    await sleep(waitMs, signal);
    return true;
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
    if (!this.#mayHaveArrived || deliveryOf(error) !== "never sent") return error;
    const { rawMessage, code, metadata } = ConnectError.from(error);
    return new ConnectError(rawMessage, code, metadata);
  }
}
