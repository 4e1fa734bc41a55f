import { startTimer } from "./start-timer.js";

export interface LivenessOptions {
  /** Silence after which a PING asks whether the server is there, in milliseconds; Infinity never asks. */
  readonly pingIntervalMs: number;
  /** How long the answer may take, in milliseconds; Infinity waits for ever. */
  readonly pingTimeoutMs: number;
  /** Also ask while no call is open. */
  readonly pingIdleConnection: boolean;
}

export interface LivenessTarget {
  isBusy(): boolean;
  ping(onAnswer: () => void): void;
  dead(reason: string): void;
}

/** Watches one connection: finds out by PING that a silent server is gone. Its timers do not hold the process. */
export class Liveness {
  readonly #options: LivenessOptions;
  readonly #target: LivenessTarget;
  #lastHeardAt = performance.now();
  #intervalTimer: NodeJS.Timeout | undefined;
  readonly #answerTimers: Set<NodeJS.Timeout> = new Set();
  #stopped = false;

  constructor(options: LivenessOptions, target: LivenessTarget) {
    this.#options = options;
    this.#target = target;
  }

  /** Silent for longer than the interval, with nobody asking. */
  get isStale(): boolean {
    return performance.now() - this.#lastHeardAt > this.#options.pingIntervalMs;
  }

  /** Bytes came. */
  heard(): void {
    this.#lastHeardAt = performance.now();
    if (this.#options.pingIdleConnection) this.watch();
  }

  /** Starts to watch, if it is not being done. */
  watch(): void {
    const { pingIntervalMs } = this.#options;
    if (this.#stopped || this.#intervalTimer || !Number.isFinite(pingIntervalMs)) return;
    this.#arm(pingIntervalMs);
  }

  /** Asks at once. The target is dead if no answer comes in time. */
  verify(onAnswer: () => void): void {
    const { pingTimeoutMs } = this.#options;
    const timer = startTimer(
      () => this.#target.dead(`The server did not answer a PING within ${pingTimeoutMs} ms`),
      pingTimeoutMs,
    )?.unref();
    if (timer) this.#answerTimers.add(timer);
    this.#target.ping(() => {
      clearTimeout(timer);
      if (timer) this.#answerTimers.delete(timer);
      onAnswer();
    });
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#intervalTimer);
    for (const timer of this.#answerTimers) clearTimeout(timer);
  }

  #arm(delayMs: number): void {
    this.#intervalTimer = startTimer(() => this.#onInterval(), delayMs)?.unref();
  }

  #onInterval(): void {
    this.#intervalTimer = undefined;
    if (this.#stopped || (!this.#options.pingIdleConnection && !this.#target.isBusy())) return;
    const silentMs = performance.now() - this.#lastHeardAt;
    const leftMs = this.#options.pingIntervalMs - silentMs;
    if (leftMs > 0) this.#arm(Math.ceil(leftMs));
    else this.verify(() => this.watch());
  }
}
