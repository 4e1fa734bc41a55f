import { Float, PickleSet, PickleTuple } from "@pumice/shelf-client/wire";
import { PythonError } from "./python-error.js";
import { ShelfFunction } from "./shelf-function.js";

/** An object of a class that can be loaded and compared, but not stored. */
export class PythonObject {
  /** @param type - With its module, as Python prints it: `"datetime.datetime"`. */
  constructor(readonly type: string) {}
}

/** The name of a value's type in Python. */
export function pythonType(value: unknown): string {
  if (value === null) return "NoneType";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "string") return "str";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return Number.isInteger(value) ? "int" : "float";
  if (value instanceof Float) return "float";
  if (value instanceof Uint8Array) return "bytes";
  if (Array.isArray(value)) return "list";
  if (value instanceof Map) return "dict";
  if (value instanceof PickleTuple) return "tuple";
  if (value instanceof PickleSet) return value.isFrozen ? "frozenset" : "set";
  if (value instanceof ShelfFunction) return "function";
  return value instanceof PythonObject ? value.type : "type";
}

/** What a loop over a value gives, as in Python: the keys of a dict, the characters of a string. */
export function iterate(value: unknown): readonly unknown[] {
  const items = elements(value);
  if (!items) throw new PythonError("TypeError", `'${pythonType(value)}' object is not iterable`);
  return items;
}

/** As {@link iterate}; undefined if the value is not iterable. */
export function elements(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value;
  if (value instanceof PickleTuple || value instanceof PickleSet) return value.items;
  if (value instanceof Map) return [...value.keys()];
  if (typeof value === "string" || value instanceof Uint8Array) return [...value];
  return undefined;
}
