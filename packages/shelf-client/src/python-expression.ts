import { sourceCall } from "./wire/form.js";
import type { PickleCall } from "./wire/pickle-objects.js";

/** Python of the caller's own, for what predicates, sort keys and changes do not know. */
export class PythonExpression {
  constructor(readonly call: PickleCall) {}
}

/**
 * Python source that the server evaluates, as its own user and with everything that Python can do.
 *
 * Never make it of text that somebody else has written: pass such text as a value. The source is an expression for a
 * function of an item, of which `it[0]` is the key and `it[1]` the value; with `values` it is one for a function of
 * these that returns the former. It sees Python's builtins and nothing else. A mistake in the source costs a
 * connection of the third generation; an exception that it raises is a {@link ShelfServerError}.
 *
 * @example
 * notes.filter(pythonExpression('lambda words: lambda it: len(it[1].get("text", "").split()) > words', 100))
 */
export function pythonExpression(source: string, ...values: readonly unknown[]): PythonExpression {
  if (typeof source !== "string" || source.trim() === "" || source.includes("\0")) {
    throw new TypeError("Cannot evaluate: the source must be a string that is not empty and has no NUL");
  }
  return new PythonExpression(sourceCall(source, values));
}
