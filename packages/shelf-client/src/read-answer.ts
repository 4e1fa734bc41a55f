import { ConnectionFailure } from "./connection/connection-failure.js";
import type { RawItem } from "./plan.js";
import { WireError } from "./wire/wire-error.js";

/**
 * Reads an answer.
 *
 * @throws ConnectionFailure `malformed` if its bytes or its shape are not the protocol's.
 */
export function readAs<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof WireError ? new ConnectionFailure("malformed", error.message, error) : error;
  }
}

/** The answer has another shape than its question wants. */
export function malformed(wanted: string): never {
  throw new WireError(`Cannot read the answer: it is not ${wanted}`);
}

/** Reads each element of a list. */
export function listOf<T>(answer: unknown, wanted: string, read: (item: unknown) => T): T[] {
  return Array.isArray(answer) ? answer.map(read) : malformed(wanted);
}

/** The second generation's item, `[key, data]`. */
export function pair(value: unknown): RawItem {
  if (!Array.isArray(value) || value.length !== 2 || typeof value[0] !== "string") return malformed("a pair");
  return { key: value[0], data: value[1] };
}

/** The third generation's marker of an item or of a mutation; a mutation has no data. */
export function marker(value: unknown, type: "item" | "mutation"): RawItem {
  if (typeof value === "object" && value !== null && "__shelfdb_type__" in value && "key" in value) {
    const { key } = value;
    if (value.__shelfdb_type__ === type && typeof key === "string") {
      return { key, data: "value" in value ? value.value : undefined };
    }
  }
  return malformed(`a marker of an ${type}`);
}
