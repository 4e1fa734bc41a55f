import {
  backoffMs,
  type CallObserver,
  ClientClosedError,
  deliveryOf,
  notify,
  PumiceError,
  sleep,
} from "@pumice/client-core";
import { isSettled, isUnreadable, isVerdict, ofAllAttempts, outcomeUnknown } from "./errors.js";

/** An append that the server knows again by the uuids of its events. */
export interface RecognisedAppend {
  /** Sends the request once, within a time in milliseconds. */
  send(timeoutMs: number): Promise<bigint>;
  /** For all attempts together, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** Its `onWait` hears of the pauses; its other functions belong to what `send` does. */
  readonly observer?: Pick<CallObserver, "onWait"> | undefined;
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
export async function appendUntilKnown({ send, timeoutMs, signal, observer }: RecognisedAppend): Promise<bigint> {
  const startMs = performance.now();
  const remainingMs = () => Math.max(1, startMs + timeoutMs - performance.now());
  // A connection that is silent must leave time to ask again.
  const attemptMs = Math.max(timeoutMs / 3, 1000);
  let unknown: PumiceError | undefined;
  let made = 0;
  const effort = () => {
    const elapsedMs = performance.now() - startMs;
    return { attempts: made, elapsedMs, earlierMayHaveArrived: unknown !== undefined, signal };
  };
  for (let attempt = 1; ; attempt++) {
    let error: PumiceError;
    try {
      return await send(Math.min(remainingMs(), attemptMs));
    } catch (reason) {
      if (!(reason instanceof PumiceError)) throw reason;
      error = reason;
    }
    made += error.attempts;
    if (!isSettled(error)) unknown = error;
    else if (unknown ? isVerdict(error) : !isWorthAnother(error, attempt)) throw ofAllAttempts(error, effort());
    const pauseMs = backoffMs(attempt, pauses);
    const isGivenUp = signal?.aborted || error instanceof ClientClosedError;
    const isOver = isGivenUp || isUnreadable(error) || pauseMs >= remainingMs();
    if (!isOver) notify((event) => observer?.onWait?.(event), { rpc: error.rpc, attempt, waitMs: pauseMs, error });
    if (isOver || !(await paused(pauseMs, signal))) {
      throw unknown ? outcomeUnknown(unknown, effort()) : ofAllAttempts(error, effort());
    }
  }
}

const pauses = { baseDelayMs: 50, maxDelayMs: 2000 };
const maxUnsentAttempts = 4;

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
