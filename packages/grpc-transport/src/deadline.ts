import { Code, ConnectError } from "@connectrpc/connect";
import { startTimer } from "./start-timer.js";

const TOLERANCE_MS = 1;

/** Runs from the moment it is made, whatever the call waits for. */
export class Deadline {
  readonly timeoutMs: number;
  readonly #endsAtMs: number;
  readonly #onExpired: (error: ConnectError) => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(timeoutMs: number, onExpired: (error: ConnectError) => void) {
    this.timeoutMs = timeoutMs;
    this.#endsAtMs = performance.now() + timeoutMs;
    this.#onExpired = onExpired;
    this.#arm(timeoutMs);
  }

  remainingMs(): number {
    return this.#endsAtMs - performance.now();
  }

  /** A timer may fire a little early, and another clock may be a little ahead. */
  get isOver(): boolean {
    return this.remainingMs() <= TOLERANCE_MS;
  }

  error(): ConnectError {
    return new ConnectError(`The call did not end within ${this.timeoutMs} ms`, Code.DeadlineExceeded);
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  #arm(delayMs: number): void {
    this.#timer = startTimer(() => this.#onTimer(), delayMs);
  }

  #onTimer(): void {
    if (this.isOver) this.#onExpired(this.error());
    else this.#arm(this.remainingMs());
  }
}
