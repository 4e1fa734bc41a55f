/** Ceilings of pauses, in milliseconds, as somebody has set them. */
export interface Delays {
  readonly baseDelayMs?: number | undefined;
  readonly maxDelayMs?: number | undefined;
}

/**
 * Checks how pauses grow before the first of them.
 *
 * @param action - What they are for, for the error.
 * @throws RangeError if one is below 0, or no number.
 */
export function checkDelays(action: string, { baseDelayMs = 0, maxDelayMs = 0 }: Delays): void {
  for (const [name, value] of Object.entries({ baseDelayMs, maxDelayMs })) {
    if (!(value >= 0)) throw new RangeError(`Cannot ${action}: ${name} must be at least 0, got ${value}`);
  }
}
