import { setTimeout as sleep } from "node:timers/promises";
import { Code } from "@connectrpc/connect";
import { deliveryOf } from "@pumice/client-core";
import { CommitOutcomeUnknownError, type KvClient, PumiceError } from "@pumice/kv-client";
import type { GivenOptions, KvCall } from "./kv-calls.ts";

/** A call with its place in a round. */
export interface PlannedCall {
  readonly id: number;
  readonly name: string;
  readonly call: KvCall;
}

/** What came of a call, as far as its caller can know. */
export interface CallResult extends PlannedCall {
  readonly effect: "there" | "not there" | "unknown";
  /** `ok`, or the error in short. */
  readonly outcome: string;
  /** What must not happen, in words. */
  readonly problems: readonly string[];
}

/** How long after its deadline a call may end, on a busy machine. */
const marginMs = 3000;

/** Makes a call, which must end within its time with a right result or an error that tells. */
export async function makeCall(kv: KvClient, planned: PlannedCall, options: GivenOptions): Promise<CallResult> {
  const { id, name, call } = planned;
  const limitMs = options.timeoutMs * (call.timeouts ?? 1) + marginMs;
  const watchdog = new AbortController();
  const tooLate = sleep(limitMs, undefined, { signal: watchdog.signal }).then(
    (): CallResult => ({ ...planned, effect: "unknown", outcome: "hangs", problems: [`${name} ${id} hangs`] }),
    () => never,
  );
  const ending = call.run(kv, id, options).then(
    (): CallResult => ({ ...planned, effect: "there", outcome: "ok", problems: [] }),
    (error: unknown) => failed(planned, error),
  );
  try {
    return await Promise.race([ending, tooLate]);
  } finally {
    watchdog.abort();
  }
}

const never = new Promise<never>(() => undefined);

function failed(planned: PlannedCall, error: unknown): CallResult {
  const { id, name, call } = planned;
  if (!(error instanceof PumiceError)) {
    const text = error instanceof Error ? error.stack : String(error);
    return { ...planned, effect: "unknown", outcome: "wrong", problems: [`${name} ${id} ended with ${text}`] };
  }
  const effect = isDefinite(error, call) ? "not there" : "unknown";
  const outcome = `${error.kind} ${Code[error.code]}, ${effect}`;
  const problems = expected.has(error.code) ? [] : [`${name} ${id} ended with ${error.stack}`];
  return { ...planned, effect, outcome, problems };
}

/** Nobody aborts, writes another's key or makes a thing twice: no other code has a reason. */
const expected: ReadonlySet<Code> = new Set([
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.Internal,
  Code.ResourceExhausted, // a stream that was reset with ENHANCE_YOUR_CALM
  Code.Unauthenticated,
]);

/** True if the error says that the call had no effect, and will have none. */
function isDefinite(error: PumiceError, { commits = false }: KvCall): boolean {
  if (commits) return !(error instanceof CommitOutcomeUnknownError);
  if (error.attempts === 0 || deliveryOf(error) === "never sent") return true;
  return deliveryOf(error) === "answered" && error.code === Code.Unauthenticated;
}
