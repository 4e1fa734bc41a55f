/** How much of a misbehaving server a connection bears before it ends with ENHANCE_YOUR_CALM. */
export interface Limits {
  /** Coded bytes of one header block; its decoded size is limited by cutting. @defaultValue 33554432 */
  readonly maxHeaderBlockBytes: number;
  /** Frames that bring a call no further, in one burst. @defaultValue 2000 */
  readonly idleFrameBurst: number;
  /** Such frames a second in the long run. @defaultValue 200 */
  readonly idleFramesPerSecond: number;
}

export const defaultLimits: Limits = {
  maxHeaderBlockBytes: 33_554_432,
  idleFrameBurst: 2000,
  idleFramesPerSecond: 200,
};

/**
 * Counts the frames that cost work and bring nothing: SETTINGS, PING, RST_STREAM, PRIORITY, empty DATA, small
 * CONTINUATION, unknown and late ones (RFC 9113 section 10.5). A frame with content makes up for one of them.
 */
export class FloodGuard {
  readonly #limits: Limits;
  readonly #now: () => number;
  #allowance: number;
  #refilledAt: number;

  /** @param now - A clock in milliseconds. */
  constructor(limits: Limits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
    this.#allowance = limits.idleFrameBurst;
    this.#refilledAt = now();
  }

  /** A frame brought headers or data. */
  productive(): void {
    if (this.#allowance < this.#limits.idleFrameBurst) this.#allowance++;
  }

  /** A frame brought nothing. False if there have been too many. */
  idle(): boolean {
    if (this.#allowance <= 0) this.#refill();
    this.#allowance--;
    return this.#allowance >= 0;
  }

  #refill(): void {
    const now = this.#now();
    const earned = Math.floor(((now - this.#refilledAt) / 1000) * this.#limits.idleFramesPerSecond);
    if (earned <= 0) return;
    this.#allowance = Math.min(this.#limits.idleFrameBurst, earned);
    this.#refilledAt = now;
  }
}
