import { Float } from "./float.js";
import { Named, PickleCall, PickleGlobal } from "./pickle-objects.js";
import { programSource } from "./program-source.js";

/**
 * What this client sends in the place of a Python function: a predicate, a sort key or an edit, as plain data.
 *
 * On the wire a form is the argument of a call whose callable is a call of `builtins.eval`, two REDUCEs:
 *
 * ```text
 * REDUCE( REDUCE( builtins.eval, (programSource(form), {}) ), (form,) )
 * ```
 *
 * The program's text follows from the form alone, so a server that is no Python takes the form out, sees that the text
 * is the one that belongs to it ({@link readForm}), and interprets the form itself: nothing has to be run.
 *
 * - An operand is null for the item's key, or the field names that lead into its value; none means the whole value.
 *   It finds a value, or that it is missing: where a field is not there, and below anything that is no dict.
 * - Kinds: null, boolean, number (int or float, compared exactly), string (compared by code point), bytes, list, dict.
 *   Values of different kinds are not equal and not ordered, at any depth. NaN equals nothing.
 * - A missing value fits no test but `not`. `exists` is true for null.
 */
export type Form =
  | readonly ["filter", PredicateForm]
  /** Items are ordered by the first operand, where that is equal by the next: missing values first, then null, false,
   * true, NaN, numbers, strings, bytes, then lists and dicts, which count as equal. */
  | readonly ["sort", readonly Operand[]]
  /** Changes are made one after the other, each on what the one before has left. */
  | readonly ["edit", readonly ChangeForm[]];

/** Null for the key, field names for a place in the value. */
export type Operand = null | readonly string[];

/** A test of an item. */
export type PredicateForm =
  /** True of an empty list. */
  | readonly ["all", readonly PredicateForm[]]
  /** False of an empty list. */
  | readonly ["any", readonly PredicateForm[]]
  | readonly ["not", PredicateForm]
  | readonly ["exists", Operand]
  | readonly ["eq", Operand, unknown]
  /** Equal to one of the values. */
  | readonly ["in", Operand, readonly unknown[]]
  /** Only numbers with numbers, and strings with strings. */
  | readonly ["lt" | "le" | "gt" | "ge", Operand, unknown]
  /** A string that begins, or ends, with one of the strings. */
  | readonly ["starts" | "ends", Operand, readonly string[]]
  /** A list with an element that equals the value, or a string with the value inside. */
  | readonly ["contains", Operand, unknown]
  /** A string somewhere in which the pattern matches; it is one that `portablePattern` has made. */
  | readonly ["matches", Operand, string];

/** A change of an item's value. Dicts that are missing on the path are made; anything else there is an error. */
export type ChangeForm =
  /** An empty path replaces the whole value. */
  | readonly ["set", readonly string[], unknown]
  /** The path has one name at least. Where nothing is, or no dict is on the way, nothing happens. */
  | readonly ["unset", readonly string[]]
  /** Adds to a number, or sets one where nothing is; anything else is an error. An int and an int give an int. */
  | readonly ["increment", readonly string[], unknown]
  /** Adds elements at a list's end, or makes the list; anything else is an error. */
  | readonly ["push", readonly string[], readonly unknown[]]
  /** Sets each field of the dict in the dict that is there, or makes it; anything else is an error. */
  | readonly ["merge", readonly string[], unknown];

const evaluate = new PickleGlobal("builtins", "eval");

/** The callable that a server makes of a form. */
export function formCall(form: Form): PickleCall {
  const [kind, content] = form;
  return new PickleCall(new PickleCall(evaluate, [programSource(form), {}]), [[kind, new Named(kind, content)]]);
}

/**
 * The callable that a server makes of Python source of the caller's own.
 *
 * @param values - The source must be a function of these that returns the callable; without any it is the callable.
 */
export function sourceCall(source: string, values: readonly unknown[]): PickleCall {
  const call = new PickleCall(evaluate, [source, {}]);
  return values.length === 0 ? call : new PickleCall(call, values);
}

/**
 * The form inside of what {@link readPickle} made of a callable; undefined if the callable is another one.
 */
export function readForm(callable: unknown): Form | undefined {
  if (!(callable instanceof PickleCall) || !(callable.callable instanceof PickleCall)) return undefined;
  const { callable: evaluator, args } = callable.callable;
  const isEval = evaluator instanceof PickleGlobal && evaluator.module === "builtins" && evaluator.name === "eval";
  const [form, ...others] = callable.args;
  return isEval && others.length === 0 && isForm(form) && args[0] === programSource(form) ? form : undefined;
}

function isForm(value: unknown): value is Form {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [kind, content] = value;
  if (kind === "filter") return isPredicate(content);
  if (!Array.isArray(content)) return false;
  return kind === "sort" ? content.every(isOperand) : kind === "edit" && content.every(isChange);
}

function isPredicate(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  const [kind, first, second] = value;
  switch (kind) {
    case "all":
    case "any":
      return value.length === 2 && Array.isArray(first) && first.every(isPredicate);
    case "not":
      return value.length === 2 && isPredicate(first);
    case "exists":
      return value.length === 2 && isOperand(first);
    case "eq":
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "contains":
      return value.length === 3 && isOperand(first);
    case "in":
      return value.length === 3 && isOperand(first) && Array.isArray(second);
    case "starts":
    case "ends":
      return value.length === 3 && isOperand(first) && isTexts(second);
    case "matches":
      return value.length === 3 && isOperand(first) && typeof second === "string";
    default:
      return false;
  }
}

function isChange(value: unknown): boolean {
  if (!Array.isArray(value) || !isTexts(value[1])) return false;
  const [kind, path, content] = value;
  if (kind === "unset") return value.length === 2 && path.length > 0;
  if (value.length !== 3) return false;
  switch (kind) {
    case "set":
      return true;
    case "increment":
      return ["number", "bigint"].includes(typeof content) || content instanceof Float;
    case "push":
      return Array.isArray(content);
    case "merge":
      return content instanceof Map;
    default:
      return false;
  }
}

function isOperand(value: unknown): value is Operand {
  return value === null || isTexts(value);
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
