/** The caller's signal and the time for all attempts of a transaction, as one signal; `end()` lets go of both. */
export class TimeLimit {
  private readonly startMs = performance.now();
  private readonly controller = new AbortController();
  private readonly timer: ReturnType<typeof setTimeout> | undefined;
  private readonly onCallerAbort = () => this.controller.abort(this.callerSignal?.reason);

  constructor(
    private readonly timeoutMs: number,
    private readonly callerSignal: AbortSignal | undefined,
  ) {
    if (timeoutMs !== Number.POSITIVE_INFINITY) {
      const reason = new DOMException(`The transaction has taken ${timeoutMs} ms`, "TimeoutError");
      this.timer = setTimeout(() => this.controller.abort(reason), timeoutMs);
    }
    if (callerSignal?.aborted) this.onCallerAbort();
    else callerSignal?.addEventListener("abort", this.onCallerAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  elapsedMs(): number {
    return Math.round(performance.now() - this.startMs);
  }

  remainingMs(): number {
    return Math.max(0, this.startMs + this.timeoutMs - performance.now());
  }

  end(): void {
    clearTimeout(this.timer);
    this.callerSignal?.removeEventListener("abort", this.onCallerAbort);
  }
}
