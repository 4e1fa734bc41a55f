import { PythonError } from "./python-error.js";
import { elements, pythonType } from "./python-type.js";

/** The parameters of a Python method, in order; those with defaults stand last. */
export interface Signature {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
}

/** The arguments of one call, by the names of their parameters; an optional one that was not passed is undefined. */
export type Arguments = Readonly<Record<string, unknown>>;

/**
 * Reads `*args` and `**kwargs` as Python does.
 *
 * @param method - Its name as Python prints it, with its class.
 * @throws PythonError with Python's text if they do not fit.
 */
export function bindArguments(
  method: string,
  { required, optional = [] }: Signature,
  [args, kwargs]: readonly [unknown, unknown],
): Arguments {
  const values = elements(args);
  const fail = (text: string): never => {
    throw new PythonError("TypeError", text);
  };
  if (!values) return fail(`${method}() argument after * must be an iterable, not ${pythonType(args)}`);
  if (!(kwargs instanceof Map)) {
    return fail(`${method}() argument after ** must be a mapping, not ${pythonType(kwargs)}`);
  }
  const names = [...required, ...optional];
  const short = method.split(".").slice(-2).join(".");
  const bound = new Map(names.slice(0, values.length).map((name, index) => [name, values[index]]));
  for (const [name, value] of kwargs as Map<unknown, unknown>) {
    if (typeof name !== "string") return fail("keywords must be strings");
    if (!names.includes(name)) fail(`${short}() got an unexpected keyword argument '${name}'`);
    if (bound.has(name)) fail(`${short}() got multiple values for argument '${name}'`);
    bound.set(name, value);
  }
  if (values.length > names.length)
    fail(`${short}() ${tooMany(required.length + 1, names.length + 1, values.length + 1)}`);
  const missing = required.filter((name) => !bound.has(name)).map((name) => `'${name}'`);
  if (missing.length > 0) {
    fail(
      `${short}() missing ${missing.length} required positional argument${plural(missing.length)}: ${list(missing)}`,
    );
  }
  return Object.fromEntries(bound);
}

/** Python counts the object whose method it is. */
function tooMany(least: number, most: number, given: number): string {
  const range = least === most ? `${most}` : `from ${least} to ${most}`;
  const verb = given === 1 ? "was" : "were";
  return `takes ${range} positional argument${plural(most)} but ${given} ${verb} given`;
}

function plural(count: number): string {
  return count === 1 ? "" : "s";
}

function list(names: readonly string[]): string {
  if (names.length < 3) return names.join(" and ");
  return `${names.slice(0, -1).join(", ")}, and ${names.at(-1)}`;
}
