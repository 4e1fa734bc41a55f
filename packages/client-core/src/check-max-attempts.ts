/**
 * Checks a bound on attempts before the first of them.
 *
 * @throws RangeError if it is neither a whole number >= 1 nor `Infinity`.
 */
export function checkMaxAttempts(maxAttempts: number): void {
  if (maxAttempts >= 1 && (Number.isInteger(maxAttempts) || maxAttempts === Number.POSITIVE_INFINITY)) return;
  throw new RangeError(`Cannot start: maxAttempts must be a whole number >= 1, or Infinity, got ${maxAttempts}`);
}
