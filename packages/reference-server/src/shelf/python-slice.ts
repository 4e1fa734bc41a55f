import { PythonError } from "./python-error.js";

/** Three arguments of Python's `islice`: null and undefined for none. */
export interface Slice {
  readonly start?: unknown;
  readonly stop?: unknown;
  readonly step?: unknown;
}

/**
 * Every `step`-th of some items, lazily. It asks for an item when Python does, which shows where reading one fails: also
 * for those before `start`, if nothing is selected behind them, and for those up to `stop`, behind the last one.
 */
export function* sliceItems<T>(items: Iterable<T>, slice: Slice): Generator<T> {
  const { start, stop, step } = checkSlice(slice);
  const source = items[Symbol.iterator]();
  let position = 0;
  for (let next = start; ; next = Math.min(next + step, stop)) {
    for (; position < next; position++) if (source.next().done) return;
    if (position >= stop) return;
    const { done, value } = source.next();
    if (done) return;
    position += 1;
    yield value;
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
