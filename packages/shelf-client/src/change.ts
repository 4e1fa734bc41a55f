import { fieldNames, type ShelfValue } from "./field-path.js";
import { isPlainObject } from "./is-plain-object.js";
import { isReservedKey } from "./wire/encode-pickle.js";
import { Float } from "./wire/float.js";
import type { ChangeForm } from "./wire/form.js";

/** A change of an item's fields, which the server makes: nobody else's change is lost in between. */
export class Change {
  /** As it travels; the package's `wire` door documents it. */
  constructor(readonly form: ChangeForm) {}
}

/** Sets a field, whatever was there; objects that are missing on the path are made. */
export function set(path: string | readonly string[], value: ShelfValue): Change {
  return new Change(["set", namesToMake(path), value]);
}

/** Takes a field away; one that is missing is no error. */
export function unset(path: string | readonly string[]): Change {
  const names = fieldNames(path);
  if (names.length === 0) throw new TypeError("Cannot unset: the path must name a field");
  return new Change(["unset", names]);
}

/** Adds to a number, or sets the field to `by` where it is missing. The server refuses it for anything but a number. */
export function increment(path: string | readonly string[], by: number | bigint | Float = 1): Change {
  if (typeof by !== "number" && typeof by !== "bigint" && !(by instanceof Float)) {
    throw new TypeError(`Cannot increment: it takes a number, got ${typeof by}`);
  }
  return new Change(["increment", namesToMake(path), by]);
}

/** Adds elements at a list's end, or makes the list. The server refuses it for anything but a list. */
export function push(path: string | readonly string[], ...elements: readonly ShelfValue[]): Change {
  return new Change(["push", namesToMake(path), elements]);
}

/** Sets each field of `fields` in the object at the path, or makes it. The server refuses it for anything but an object. */
export function merge(path: string | readonly string[], fields: { readonly [key: string]: ShelfValue }): Change {
  if (!isPlainObject(fields)) throw new TypeError("Cannot merge: it takes an object of fields");
  return new Change(["merge", namesToMake(path), fields]);
}

/** What is missing on the path is made, so it holds no name that would make the shelf unreadable. */
function namesToMake(path: string | readonly string[]): readonly string[] {
  const names = fieldNames(path);
  const reserved = names.find(isReservedKey);
  if (reserved === undefined) return names;
  throw new TypeError(`Cannot edit ${names.join(".")}: ShelfDB cannot hold the key ${reserved}`);
}
