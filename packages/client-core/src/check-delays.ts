/** @throws RangeError if a pause's ceiling is below 0 or no number: it would be no pause at all. */
export function checkDelays(delays: { readonly baseDelayMs: number; readonly maxDelayMs: number }): void {
  for (const [name, value] of Object.entries(delays)) {
    if (!(value >= 0)) throw new RangeError(`Cannot start: ${name} must be at least 0, got ${value}`);
  }
}
