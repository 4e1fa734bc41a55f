/** Lets one at a time through, in the order of asking. */
export class WriteGate {
  private isTaken = false;
  private readonly waiting: (() => void)[] = [];

  /**
   * Resolves with what lets the next one in, when it is this one's turn; undefined if the signal fires before.
   *
   * @param signal - Of one who gives up: it takes no turn.
   */
  async enter(signal: AbortSignal): Promise<(() => void) | undefined> {
    if (signal.aborted) return undefined;
    if (this.isTaken && !(await this.turn(signal))) return undefined;
    this.isTaken = true;
    return () => this.leave();
  }

  private turn(signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const come = () => {
        signal.removeEventListener("abort", giveUp);
        resolve(true);
      };
      const giveUp = () => {
        this.waiting.splice(this.waiting.indexOf(come), 1);
        resolve(false);
      };
      this.waiting.push(come);
      signal.addEventListener("abort", giveUp, { once: true });
    });
  }

  private leave(): void {
    const next = this.waiting.shift();
    if (next)
      next(); // the gate stays taken: nobody slips in between
    else this.isTaken = false;
  }
}
