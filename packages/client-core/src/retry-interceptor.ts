import type { Interceptor, StreamRequest, StreamResponse, UnaryRequest } from "@connectrpc/connect";
import type { WaitEvent } from "./call-observer.js";
import { type AnyRequest, CallScope, scopeOf, scopeProperty } from "./call-scope.js";
import { checkDelays } from "./check-delays.js";
import { recoverFirstMessage, withFirstMessage } from "./first-message.js";
import { isRepeatable, repeatKey } from "./repeat-policy.js";
import { keptInput, untakenInput } from "./replayable-input.js";
import { type RetryBudget, retryBudget } from "./retry-budget.js";
import { type RepeatableCall, type RetryPlan, RetryRun } from "./retry-run.js";

/** How calls are repeated. */
export interface RetryOptions {
  /** Attempts in all, the first one included; 1 switches retries off. @defaultValue 4 */
  readonly maxAttempts?: number | undefined;
  /** Ceiling of the first pause in milliseconds; doubles each time. @defaultValue 100 */
  readonly baseDelayMs?: number | undefined;
  /** Ceiling of any pause in milliseconds, unless the server asks for a longer one. @defaultValue 5000 */
  readonly maxDelayMs?: number | undefined;
  /** Milliseconds for one attempt of a unary call, within those of the whole call. @defaultValue no limit of its own */
  readonly attemptTimeoutMs?: number | undefined;
  /** Share one between the clients of a server. @defaultValue one of this interceptor's own */
  readonly budget?: RetryBudget | undefined;
  /** Hears of every pause before it begins; what it throws is ignored. */
  readonly onRetry?: ((event: WaitEvent) => void) | undefined;
  /** Evenly spread over 0 (included) to 1 (excluded). @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
}

/**
 * Repeats calls that failed for a reason that may pass, with pauses of full jitter; a server's own word about the pause
 * (`grpc-retry-pushback-ms`, google.rpc.RetryInfo) wins. No pause goes past the call's deadline: the error surfaces at once.
 *
 * - Repeatable calls (see {@link RepeatPolicy}): on `unavailable` and lost connections, on the attempt's own time limit,
 *   and on `resource_exhausted` when the server says when to come back. Other calls: only if the attempt was never sent.
 * - A server stream is repeated until its first message has come; a client's stream, whatever the caller says, only if it was
 *   never sent and none of its messages was taken.
 * - `aborted` by the server is a conflict and never repeated, nor is a call whose signal fired or whose login failed.
 *
 * The error is that of the last attempt; `deliveryOf()` says `never sent` of it only if no attempt was sent, and
 * {@link attemptsKey} tells, as `PumiceError.earlierMayHaveArrived` does, whether one before it may have been carried out.
 *
 * @throws RangeError if an option is out of its range.
 */
export function retryInterceptor(options: RetryOptions = {}): Interceptor {
  const plan = retryPlan(options);
  return (next) => (request) => {
    if (plan.maxAttempts === 1 || request.contextValues.get(repeatKey) === "never") return next(request);
    return request.stream ? retriedStream(next, request, plan) : retriedUnary(next, request, plan);
  };
}

type Next = ReturnType<Interceptor>;

async function retriedUnary(next: Next, request: UnaryRequest, plan: RetryPlan): ReturnType<Next> {
  try {
    const response = await limited(next, request, plan); // a call that succeeds pays nothing for the retries
    plan.budget.succeeded();
    return response;
  } catch (error) {
    const call = { isRepeatable: isRepeatable(request), canReplay: true };
    return new RetryRun(plan, request, call).repeat(error, (attempt) => {
      countAttempt(request, attempt);
      return limited(next, request, plan);
    });
  }
}

async function retriedStream(next: Next, request: StreamRequest, plan: RetryPlan): Promise<StreamResponse> {
  const isServerStream = request.method.methodKind === "server_streaming";
  const input = isServerStream ? await keptInput(request.message) : untakenInput(request.message);
  const open = async () => (await next({ ...request, message: input.messages() })) as StreamResponse;
  const repeat = (firstError: unknown): Promise<StreamResponse> => {
    const call: RepeatableCall = {
      isRepeatable: isServerStream && isRepeatable(request),
      get canReplay() {
        return input.canReplay;
      },
    };
    return new RetryRun(plan, request, call).repeat(firstError, async (attempt) => {
      countAttempt(request, attempt);
      const response = await open();
      return isServerStream ? withFirstMessage(response) : response;
    });
  };
  try {
    const response = await open();
    plan.budget.succeeded();
    return isServerStream ? recoverFirstMessage(response, repeat) : response;
  } catch (error) {
    return repeat(error);
  }
}

/** One attempt, within its own time limit. */
async function limited(next: Next, request: UnaryRequest, { attemptTimeoutMs }: RetryPlan): ReturnType<Next> {
  const remainingMs = scopeOf(request)?.remainingMs ?? Number.POSITIVE_INFINITY;
  if (attemptTimeoutMs === undefined || remainingMs <= attemptTimeoutMs) return next(request);
  const scope = new CallScope(request.signal, attemptTimeoutMs);
  try {
    return await next({ ...request, ...scopeProperty(scope), signal: scope.signal });
  } finally {
    scope.end();
  }
}

/** Tells the server how many attempts came before (gRFC A6). */
function countAttempt({ header }: AnyRequest, attempt: number): void {
  header.set("grpc-previous-rpc-attempts", String(attempt - 1));
}

function retryPlan(options: RetryOptions): RetryPlan {
  const { maxAttempts = 4, baseDelayMs = 100, maxDelayMs = 5000, attemptTimeoutMs, onRetry, random } = options;
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1) {
    throw new RangeError(`Cannot retry: maxAttempts must be a whole number >= 1, got ${maxAttempts}`);
  }
  checkDelays({ baseDelayMs, maxDelayMs });
  if (attemptTimeoutMs !== undefined && !(attemptTimeoutMs > 0)) {
    throw new RangeError(`Cannot retry: attemptTimeoutMs must be above 0, got ${attemptTimeoutMs}`);
  }
  const { budget = retryBudget() } = options;
  return { maxAttempts, baseDelayMs, maxDelayMs, attemptTimeoutMs, budget, onRetry, random };
}
