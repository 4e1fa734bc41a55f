/** Calls that keep an idle session alive. */
export interface KeepAlive {
  start(): void;
  stop(): void;
}

/**
 * Makes a call every so often, which holds no process. One that fails is nobody's concern: the next call of the caller's
 * own finds out, and so does the next of these after a night without network. Never are two of them under way: calls that
 * fail slowly would pile up, and hold the process by turns.
 *
 * @param intervalMs - `Infinity` for never.
 */
export function keepAlive(call: () => Promise<unknown>, intervalMs: number): KeepAlive {
  let timer: ReturnType<typeof setInterval> | undefined;
  let isUnderWay = false;
  const callOnce = async (): Promise<void> => {
    if (isUnderWay) return;
    isUnderWay = true;
    await call().catch(() => undefined);
    isUnderWay = false;
  };
  return {
    start() {
      if (timer !== undefined || intervalMs === Number.POSITIVE_INFINITY) return;
      timer = setInterval(callOnce, intervalMs);
      letGoOfProcess(timer);
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}

/** Node's timers are objects, those of browsers are numbers. */
function letGoOfProcess(timer: unknown): void {
  if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function")
    timer.unref();
}
