/** Lets any number of waiters know that something has changed. */
export class Wakeup {
  private waiting = new Set<() => void>();

  /** Resolves with the next {@link wake}, or when the signal fires. */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      if (signal.aborted) return resolve();
      this.waiting.add(done);
      signal.addEventListener("abort", done);
    });
  }

  wake(): void {
    for (const done of [...this.waiting]) done();
  }
}
