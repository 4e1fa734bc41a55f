import { allowManyListeners, checkCallOptions, defaultTimeoutMs } from "@pumice/client-core";

/** What every call takes. */
export interface ShelfCallOptions {
  /** Ends the call when it fires: `canceled`, or `deadline_exceeded` for `AbortSignal.timeout()`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds for the whole call, waiting for a connection and for the writer's turn included; at most 2147483647,
   * or `Infinity`.
   *
   * @defaultValue 30000
   */
  readonly timeoutMs?: number | undefined;
}

/** Why a call was ended from this side. */
export class CallEnded extends Error {
  constructor(
    readonly why: "aborted" | "timeout" | "closed",
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
  }
}

/** One call under way, as the layers below see it. */
export interface Call {
  /** For errors: `put`, `count`. */
  readonly name: string;
  /** Fires with a {@link CallEnded}. */
  readonly signal: AbortSignal;
  /** When it began, by `performance.now()`. */
  readonly startMs: number;
  /** How often something was sent. */
  attempts: number;
  /** True while something is on its way that writes for good and has not been answered. */
  isUncertain: boolean;
}

/** The calls of one client that are under way. */
export class Calls {
  private readonly controllers = new Set<AbortController>();
  private closed: CallEnded | undefined;

  /** @param translate - Makes the client's own errors of what a call throws. */
  constructor(private readonly translate: (reason: unknown, call: Call) => unknown) {}

  /**
   * Runs a call under its caller's signal, its time and the client's `close()`.
   *
   * @throws RangeError or TypeError for wrong options; otherwise what `run` throws, translated.
   */
  async run<T>(name: string, options: ShelfCallOptions, run: (call: Call) => Promise<T>): Promise<T> {
    checkCallOptions(options);
    const { signal, timeoutMs = defaultTimeoutMs } = options;
    const controller = new AbortController();
    const call: Call = {
      name,
      signal: controller.signal,
      startMs: performance.now(),
      attempts: 0,
      isUncertain: false,
    };
    const onAbort = (): void => {
      const { reason } = signal ?? {};
      const why = reason instanceof Error && reason.name === "TimeoutError" ? "timeout" : "aborted";
      controller.abort(new CallEnded(why, reason instanceof Error ? reason.message : String(reason), reason));
    };
    const timer =
      timeoutMs === Number.POSITIVE_INFINITY
        ? undefined
        : setTimeout(() => controller.abort(new CallEnded("timeout", `not done after ${timeoutMs} ms`)), timeoutMs);
    this.controllers.add(controller);
    try {
      if (this.closed) controller.abort(this.closed);
      else if (signal?.aborted) onAbort();
      else if (signal) {
        allowManyListeners(signal);
        signal.addEventListener("abort", onAbort, { once: true });
      }
      controller.signal.throwIfAborted();
      return await run(call);
    } catch (error) {
      throw this.translate(error, call);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      this.controllers.delete(controller);
    }
  }

  /** Ends the calls under way and every later one. */
  close(): CallEnded {
    this.closed ??= new CallEnded("closed", "the client is closed");
    for (const controller of this.controllers) controller.abort(this.closed);
    return this.closed;
  }
}
