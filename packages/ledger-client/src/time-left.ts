import { type CallOptions, checkCallOptions, defaultTimeoutMs } from "@pumice/client-core";

/** Gives the options of each of the calls that make up one call of the caller's: together they have its time. */
export function timeLeft(options: CallOptions): () => CallOptions {
  checkCallOptions(options);
  const { timeoutMs = defaultTimeoutMs } = options;
  const endsAtMs = performance.now() + timeoutMs;
  return () => ({ ...options, timeoutMs: Math.max(1, endsAtMs - performance.now()) });
}
