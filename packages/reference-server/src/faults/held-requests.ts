/** Requests that reach their service later than their clients believe. */
export class HeldRequests {
  private held: { callsLeft: number; readonly serve: () => Promise<unknown> }[] = [];

  /**
   * Keeps a request until other calls have been served.
   *
   * @param serve - Does the service's work; whether that fails, nobody is left to be told.
   */
  hold(calls: number, serve: () => Promise<unknown>): void {
    this.held.push({ callsLeft: calls, serve });
  }

  /** Counts a call that was served; resolves when the requests have been served that waited for it. */
  async callServed(): Promise<void> {
    if (this.held.length === 0) return;
    for (const request of this.held) request.callsLeft -= 1;
    await this.serve(({ callsLeft }) => callsLeft <= 0);
  }

  /** Serves all, in the order in which they came. */
  async release(): Promise<void> {
    await this.serve(() => true);
  }

  /** Forgets all; they are never served. */
  drop(): void {
    this.held = [];
  }

  private async serve(isDue: (request: { readonly callsLeft: number }) => boolean): Promise<void> {
    const due = this.held.filter(isDue);
    this.held = this.held.filter((request) => !due.includes(request));
    for (const { serve } of due) await serve().catch(() => undefined);
  }
}
