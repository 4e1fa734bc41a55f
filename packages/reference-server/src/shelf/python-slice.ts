import { PythonError } from "./python-error.js";

/** Three arguments of Python's `islice`: null and undefined for none. */
export interface Slice {
  readonly start?: unknown;
  readonly stop?: unknown;
  readonly step?: unknown;
}

/** Every `step`-th of some items, lazily: it asks for no more than it gives. */
export function* sliceItems<T>(items: Iterable<T>, slice: Slice): Generator<T> {
  const { start, stop, step } = checkSlice(slice);
  if (start >= stop) return;
  let index = 0;
  let next = start;
  for (const item of items) {
    if (index === next) {
      yield item;
      next += step;
    }
    index += 1;
    if (index >= stop || next >= stop) return;
  }
}

/** @throws PythonError with Python's text if a number cannot be. */
export function checkSlice({ start, stop, step }: Slice): { start: number; stop: number; step: number } {
  const indices = "must be None or an integer: 0 <= x <= sys.maxsize.";
  const stopIndex = index(stop, Number.POSITIVE_INFINITY);
  // Python words it so for -1, which also stands for what is no integer, and otherwise for less.
  if (stopIndex === undefined || stopIndex === -1) {
    throw new PythonError("ValueError", `Stop argument for islice() ${indices}`);
  }
  const startIndex = index(start, 0);
  if (startIndex === undefined || startIndex < 0 || stopIndex < 0) {
    throw new PythonError("ValueError", `Indices for islice() ${indices}`);
  }
  const stepIndex = index(step, 1);
  if (stepIndex === undefined || stepIndex < 1) {
    throw new PythonError("ValueError", "Step for islice() must be a positive integer or None.");
  }
  return { start: startIndex, stop: stopIndex, step: stepIndex };
}

function index(value: unknown, none: number): number | undefined {
  if (value === null || value === undefined) return none;
  if (typeof value === "boolean") return Number(value);
  const isIndex = typeof value === "number" || typeof value === "bigint";
  return isIndex && value <= 2n ** 63n - 1n && Number.isInteger(Number(value)) ? Number(value) : undefined;
}
