import { fieldNames } from "./field-path.js";
import type { Operand } from "./wire/form.js";

/** What items are sorted by. */
export class SortKey {
  /** As it travels; the package's `wire` door documents it. */
  constructor(readonly operands: readonly Operand[]) {}
}

/**
 * Sorts by a field, where it is equal by the next one. Missing values come first, then null, false, true, NaN, numbers,
 * strings, bytes, and last lists and objects, which count as equal.
 */
export function sortBy(...paths: readonly (string | readonly string[])[]): SortKey {
  if (paths.length === 0) throw new TypeError("Cannot sort: name one path at least");
  return new SortKey(paths.map(fieldNames));
}
