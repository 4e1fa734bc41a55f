/** Lets a number of holders in at a time; the others wait in the order they came. */
export class FifoGate {
  private readonly queue: (() => void)[] = [];
  private free: number;

  constructor(places: number) {
    this.free = places;
  }

  /**
   * Waits for a place.
   *
   * @returns What gives the place back; more than one call does nothing.
   * @throws The signal's reason; the place in the queue is given up.
   */
  async enter(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.free > 0) this.free--;
    else await this.wait(signal);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.queue.shift();
      if (next) next();
      else this.free++;
    };
  }

  private wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const onTurn = (): void => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      };
      const onAbort = (): void => {
        this.queue.splice(this.queue.indexOf(onTurn), 1);
        reject(signal.reason);
      };
      this.queue.push(onTurn);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }
}
