import { backoffMs, ClientClosedError, ConflictError, deliveryOf, PumiceError, sleep } from "@pumice/client-core";
import { EventStoreError, isSettled, isUnreadable, outcomeUnknown } from "./errors.js";

/** An append that the server knows again by the uuids of its events. */
export interface RecognisedAppend {
  /** Sends the request once, within a time in milliseconds. */
  send(timeoutMs: number): Promise<bigint>;
  /** For all attempts together, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Sends the same request until it is answered. A position is the outcome, whichever attempt stored the events. A conflict
 * is one too, also after an attempt that may still be on its way: the event in the way stays there, so that no attempt
 * stores anything any more. (Reading would only show what is stored, not what comes late.)
 *
 * A server that nothing has reached is tried a few times; what may have reached it is followed up as long as there is time.
 *
 * @throws AppendOutcomeUnknownError if there is no answer in time; else what was answered.
 */
export async function appendUntilKnown({ send, timeoutMs, signal }: RecognisedAppend): Promise<bigint> {
  const endsAtMs = performance.now() + timeoutMs;
  const remainingMs = () => Math.max(1, endsAtMs - performance.now());
  // A connection that is silent must leave time to ask again.
  const attemptMs = Math.max(timeoutMs / 3, 1000);
  let unknown: PumiceError | undefined;
  for (let attempt = 1; ; attempt++) {
    let error: PumiceError;
    try {
      return await send(Math.min(remainingMs(), attemptMs));
    } catch (reason) {
      if (!(reason instanceof PumiceError)) throw reason;
      error = reason;
    }
    if (!isSettled(error)) unknown = error;
    else if (unknown ? isVerdict(error) : !isWorthAnother(error, attempt)) throw error;
    const pauseMs = backoffMs(attempt, pauses);
    const isGivenUp = signal?.aborted || error instanceof ClientClosedError;
    const isOver = isGivenUp || isUnreadable(error) || pauseMs >= remainingMs();
    if (isOver || !(await paused(pauseMs, signal))) throw unknown ? outcomeUnknown(unknown, attempt) : error;
  }
}

const pauses = { baseDelayMs: 50, maxDelayMs: 2000 };
const maxUnsentAttempts = 4;

/** Says of every attempt that it was not and will not be stored. */
function isVerdict(error: PumiceError): boolean {
  return error instanceof ConflictError || error instanceof EventStoreError;
}

/** Nothing was sent: the connection was refused, or the server goes away. */
function isWorthAnother(error: PumiceError, attempt: number): boolean {
  return attempt < maxUnsentAttempts && error.attempts > 0 && deliveryOf(error) === "never sent";
}

async function paused(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await sleep(ms, signal);
    return true;
  } catch {
    return false; // the caller gave up
  }
}
