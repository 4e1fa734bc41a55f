import { Float } from "./float.js";
import type { ChangeForm, Operand, PredicateForm } from "./form.js";

/** An item as {@link readPickle} gives it: dicts are Maps, whole floats are `Float`s. */
export type Item = readonly [key: string, value: unknown];

/** Whether a form's test holds for an item, with the answers that the program gives in Python. */
export function testItem(test: PredicateForm, item: Item): boolean {
  switch (test[0]) {
    case "all":
      return test[1].every((each) => testItem(each, item));
    case "any":
      return test[1].some((each) => testItem(each, item));
    case "not":
      return !testItem(test[1], item);
    default:
      return testValue(test, look(item, test[1]));
  }
}

type ValueTest = Exclude<PredicateForm, readonly ["all" | "any" | "not", ...unknown[]]>;

function testValue(test: ValueTest, value: unknown): boolean {
  if (value === missing) return false;
  switch (test[0]) {
    case "exists":
      return true;
    case "eq":
      return areSame(value, test[2]);
    case "in":
      return test[2].some((each) => areSame(value, each));
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return isOrdered(test[0], value, test[2]);
    case "starts":
      return typeof value === "string" && test[2].some((each) => value.startsWith(each));
    case "ends":
      return typeof value === "string" && test[2].some((each) => value.endsWith(each));
    case "contains":
      if (Array.isArray(value)) return value.some((each) => areSame(each, test[2]));
      return typeof value === "string" && typeof test[2] === "string" && value.includes(test[2]);
    case "matches":
      return typeof value === "string" && new RegExp(test[2], "u").test(value);
  }
}

/** Orders items by operands; a stable sort with it gives the program's order. */
export function compareItems(operands: readonly Operand[], a: Item, b: Item): number {
  for (const operand of operands) {
    const order = compareRanked(look(a, operand), look(b, operand));
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * The value that an item has after changes; the item's own is left as it is.
 *
 * @throws TypeError with the program's text, where a change does not fit what it finds.
 */
export function changeValue(changes: readonly ChangeForm[], [, value]: Item): unknown {
  return changes.reduce(change, value);
}

const missing = Symbol("missing");

function look([key, value]: Item, operand: Operand): unknown {
  return operand === null ? key : operand.reduce(field, value);
}

function field(value: unknown, name: string): unknown {
  return value instanceof Map && value.has(name) ? value.get(name) : missing;
}

function change(value: unknown, form: ChangeForm): unknown {
  const [kind, path, content] = form;
  switch (kind) {
    case "set":
      return changeAt(value, path, () => content);
    case "unset":
      return drop(value, path);
    case "increment":
      return changeAt(value, path, (found) => {
        if (found === missing) return content;
        return isNumber(found) && isNumber(content) ? add(found, content) : fail(path, "number");
      });
    case "push":
      return changeAt(value, path, (found) => {
        if (found === missing) return content;
        return Array.isArray(found) ? [...found, ...form[2]] : fail(path, "list");
      });
    case "merge":
      return changeAt(value, path, (found) => {
        if (found === missing) return content;
        return found instanceof Map && content instanceof Map ? new Map([...found, ...content]) : fail(path, "dict");
      });
  }
}

function changeAt(value: unknown, path: readonly string[], make: (found: unknown) => unknown, depth = 0): unknown {
  const name = path[depth];
  if (name === undefined) return make(value);
  if (value !== missing && !(value instanceof Map)) return fail(path.slice(0, depth), "dict");
  const below = changeAt(field(value, name), path, make, depth + 1);
  return new Map([...(value === missing ? [] : value), [name, below]]);
}

function drop(value: unknown, [name = "", ...rest]: readonly string[]): unknown {
  if (!(value instanceof Map) || !value.has(name)) return value;
  const copy = new Map(value);
  if (rest.length === 0) copy.delete(name);
  else copy.set(name, drop(value.get(name), rest));
  return copy;
}

function fail(path: readonly string[], wanted: string): never {
  throw new TypeError(`Cannot edit ${path.join(".") || "the value"}: it is no ${wanted}`);
}

type AnyNumber = number | bigint | Float;

function isNumber(value: unknown): value is AnyNumber {
  return typeof value === "number" || typeof value === "bigint" || value instanceof Float;
}

function plain(value: AnyNumber): number | bigint {
  return value instanceof Float ? value.value : value;
}

/** Ints stay ints of any size; with a float the sum is a float. */
function add(a: AnyNumber, b: AnyNumber): AnyNumber {
  if (isInt(a) && isInt(b)) {
    const sum = BigInt(a) + BigInt(b);
    return Number.isSafeInteger(Number(sum)) ? Number(sum) : sum;
  }
  const sum = Number(plain(a)) + Number(plain(b));
  return Number.isInteger(sum) ? new Float(sum) : sum;
}

function isInt(value: AnyNumber): value is number | bigint {
  return typeof value === "bigint" || Number.isSafeInteger(value);
}

function areSame(a: unknown, b: unknown): boolean {
  if (isNumber(a) && isNumber(b)) return plain(a) <= plain(b) && plain(a) >= plain(b); // exact, also int with float
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => areSame(item, b[i]));
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size && [...a].every(([key, item]) => b.has(key) && areSame(item, b.get(key)));
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  return a === b;
}

function isOrdered(kind: "lt" | "le" | "gt" | "ge", value: unknown, bound: unknown): boolean {
  const areNumbers = isNumber(value) && isNumber(bound);
  if (!areNumbers && (typeof value !== "string" || typeof bound !== "string")) return false;
  if (areNumbers && (isNan(value) || isNan(bound))) return false;
  const order = areNumbers ? compareNumbers(value, bound) : compareText(String(value), String(bound));
  if (kind === "lt") return order < 0;
  if (kind === "gt") return order > 0;
  return kind === "le" ? order <= 0 : order >= 0;
}

function compareRanked(a: unknown, b: unknown): number {
  const rank = rankOf(a);
  const difference = rank - rankOf(b);
  if (difference !== 0) return difference;
  if (isNumber(a) && isNumber(b) && !isNan(a)) return compareNumbers(a, b);
  if (typeof a === "string" && typeof b === "string") return compareText(a, b);
  return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) : 0;
}

function rankOf(value: unknown): number {
  if (value === missing) return 0;
  if (value === null) return 1;
  if (typeof value === "boolean") return value ? 3 : 2;
  if (isNumber(value)) return isNan(value) ? 4 : 5;
  if (typeof value === "string") return 6;
  return value instanceof Uint8Array ? 7 : 8;
}

function isNan(value: AnyNumber): boolean {
  return Number.isNaN(plain(value));
}

function compareNumbers(a: AnyNumber, b: AnyNumber): number {
  if (plain(a) < plain(b)) return -1;
  return plain(a) > plain(b) ? 1 : 0;
}

/** By code point, as Python does; the bytes of UTF-8 have the same order. */
function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
