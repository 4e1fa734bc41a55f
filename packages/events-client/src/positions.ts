/** The largest position that a request can hold. */
const maxPosition = 2n ** 64n - 1n;

/** @throws TypeError if it is no bigint, RangeError if it is no unsigned 64-bit number. */
export function checkPosition(position: bigint, name: string): bigint {
  if (typeof position !== "bigint")
    throw new TypeError(`Cannot call: ${name} must be a bigint, got ${typeof position}`);
  if (position < 0n || position > maxPosition) {
    throw new RangeError(`Cannot call: ${name} must be from 0 to ${maxPosition}, got ${position}`);
  }
  return position;
}

/**
 * A position to go on after. The largest number is left out: UmaDB 0.7.8 wraps it round to 0 in a condition, and ends a
 * subscription at once.
 *
 * @throws TypeError if it is no bigint, RangeError if it is out of range.
 */
export function checkAfter(after: bigint): bigint {
  if (after === maxPosition) throw new RangeError(`Cannot call: after must be below ${maxPosition}`);
  return checkPosition(after, "after");
}

/** @throws RangeError if it is no whole number from the lowest to what 32 bits hold. */
export function checkCount(value: number, name: string, lowest: number): number {
  if (Number.isInteger(value) && value >= lowest && value <= 0xffff_ffff) return value;
  throw new RangeError(`Cannot read: ${name} must be a whole number from ${lowest} to 4294967295, got ${value}`);
}
