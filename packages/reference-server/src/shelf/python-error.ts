import { PickleError } from "@pumice/shelf-client/wire";

/** An exception with the class and the words that a Python server has for it. */
export class PythonError extends Error {
  constructor(
    readonly type: string,
    message: string,
  ) {
    super(message);
  }
}

/** Whatever was thrown while a request was served, as the exception that a Python server would have raised. */
export function pythonError(error: unknown): PythonError {
  if (error instanceof PythonError) return error;
  if (error instanceof PickleError) return new PythonError(error.type, error.message);
  // The only other ones: edits that do not fit what they find, and recursion without an end.
  if (error instanceof RangeError) return new PythonError("RecursionError", "maximum recursion depth exceeded");
  return new PythonError("TypeError", error instanceof Error ? error.message : String(error));
}
