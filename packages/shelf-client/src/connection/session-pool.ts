import { FifoGate } from "./fifo-gate.js";
import type { Session } from "./session.js";

/** Connections that are used by one transaction at a time, and kept for the next. */
export class SessionPool {
  private readonly idle: Session[] = [];
  private readonly gate: FifoGate;
  private closed: { readonly reason: unknown } | undefined;

  /** @param places - Connections at most; further users wait. */
  constructor(
    private readonly open: (signal: AbortSignal) => Promise<Session>,
    places: number,
  ) {
    this.gate = new FifoGate(places);
  }

  /**
   * Lends a connection. It is ended when the signal fires, and when it comes back with a transaction still open.
   *
   * @throws What `use` throws, the signal's reason, or what opening a connection throws.
   */
  async lend<T>(signal: AbortSignal, use: (session: Session) => Promise<T>): Promise<T> {
    const leave = await this.gate.enter(signal);
    try {
      const session = this.takeIdle() ?? (await this.open(signal));
      const onAbort = (): void => session.end(signal.reason);
      if (signal.aborted)
        onAbort(); // since it was last looked at
      else signal.addEventListener("abort", onAbort, { once: true });
      try {
        return await use(session);
      } finally {
        signal.removeEventListener("abort", onAbort);
        this.takeBack(session);
      }
    } finally {
      leave();
    }
  }

  /** Ends the connections that nobody uses, and the others when they come back. */
  close(reason: unknown): void {
    this.closed = { reason };
    for (const session of this.idle.splice(0)) session.end(reason);
  }

  private takeIdle(): Session | undefined {
    for (;;) {
      const session = this.idle.pop();
      if (!session) return undefined;
      if (!session.isFree) continue; // it has ended meanwhile
      session.holdProcess(true);
      return session;
    }
  }

  private takeBack(session: Session): void {
    if (this.closed || !session.isFree) {
      session.end(this.closed?.reason ?? new Error("A transaction was left open"));
      return;
    }
    session.holdProcess(false);
    this.idle.push(session);
  }
}
